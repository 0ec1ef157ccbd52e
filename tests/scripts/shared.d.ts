/** What the modules of the picker hand to each other. */
declare var djangoTwentyThree: typeof import("../../django_twentythree/static/django_twentythree/picker/keys.js") &
  typeof import("../../django_twentythree/static/django_twentythree/picker/text.js") &
  typeof import("../../django_twentythree/static/django_twentythree/picker/waiting.js") &
  typeof import("../../django_twentythree/static/django_twentythree/picker/upload_metadata.js") &
  typeof import("../../django_twentythree/static/django_twentythree/picker/upload_row.js") &
  typeof import("../../django_twentythree/static/django_twentythree/picker/upload_sending.js");
