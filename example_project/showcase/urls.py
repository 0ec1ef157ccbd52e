"""The pages of the site."""

from django.urls import path

from showcase import views

app_name = "showcase"
urlpatterns = [
    path("", views.FrontView.as_view(), name="front"),
    path("videos/", views.VideoListView.as_view(), name="videos"),
    path("videos/<int:pk>/", views.VideoView.as_view(), name="video"),
    path("categories/", views.AlbumListView.as_view(), name="albums"),
    path("categories/<int:pk>/", views.AlbumView.as_view(), name="album"),
    path("tags/<int:pk>/", views.TagView.as_view(), name="tag"),
    path("live/", views.LiveListView.as_view(), name="lives"),
    path("live/<int:pk>/", views.LiveView.as_view(), name="live"),
    path("search/", views.SearchView.as_view(), name="search"),
    path("articles/", views.ArticleListView.as_view(), name="articles"),
    path("articles/<slug:slug>/", views.ArticleView.as_view(), name="article"),
]
