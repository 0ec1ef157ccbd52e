import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('showcase', '0001_initial'),
        ('twentythree', '0001_initial'),
    ]

    operations = [
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
