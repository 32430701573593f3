"""A token for programs."""

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from rest_framework.authtoken.models import Token
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.bodies import TokenRequest, TokenResponse
from api.door import answers, read_body
from api.problems import problem


class TokenView(APIView):
    """Change user name and password for a token."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        operation_id="token_create",
        summary="Hämta en token för program",
        request=TokenRequest,
        responses=answers(TokenResponse, 400, 422),
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Give the user's token; 401 tells nothing about which of the two was wrong."""
        body = read_body(TokenRequest, request)
        user = authenticate(username=body.username, password=body.password.get_secret_value())
        if user is None:
            return problem(401, "not_authenticated", "Användarnamn eller lösenord stämmer inte.")
        token, _created = Token.objects.get_or_create(user=user)
        return Response({"token": token.key})
