"""Views with the middleware of a new project. With CSRF_EXEMPT they do what Django's documentation says for other clients."""

import os
from wsgiref.simple_server import make_server

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="for the test",
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
)


def answer(_request):
    return JsonResponse({})


view = csrf_exempt(answer) if os.environ.get("CSRF_EXEMPT") else answer
urlpatterns = [path("connect", view), path("disconnect", view)]

make_server("127.0.0.1", int(os.environ["PORT"]), get_wsgi_application()).serve_forever()
