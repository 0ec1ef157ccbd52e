import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('twentythree', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('slug', models.SlugField(max_length=200, unique=True)),
                ('summary', models.TextField(blank=True)),
                ('body', models.TextField(help_text='An empty line starts a new paragraph. The address of a video or live stream on a line of its own becomes a player.')),
                ('published_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('video', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='articles', to='twentythree.photo')),
            ],
            options={
                'ordering': ('-published_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='RelatedVideo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='related_videos', to='showcase.article')),
                ('photo', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='twentythree.photo', verbose_name='video')),
            ],
            options={
                'ordering': ('position', 'pk'),
                'abstract': False,
            },
        ),
    ]
