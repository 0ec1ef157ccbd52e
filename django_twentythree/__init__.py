"""Mirror a TwentyThree video site into Django, and put its videos on pages."""

__version__ = "0.1.0"
