from django.db import migrations

GRANT = """
GRANT SELECT ON auth_user, auth_group, auth_permission, auth_group_permissions,
    auth_user_groups, auth_user_user_permissions, django_content_type, django_migrations
    TO kedja_app, kedja_worker;
GRANT UPDATE (last_login, password) ON auth_user TO kedja_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO kedja_app;
GRANT SELECT ON authtoken_token TO kedja_app;
"""
REVOKE = """
REVOKE ALL ON auth_user, auth_group, auth_permission, auth_group_permissions,
    auth_user_groups, auth_user_user_permissions, django_content_type, django_migrations,
    django_session, authtoken_token FROM kedja_app, kedja_worker;
"""


class Migration(migrations.Migration):
    """What web and worker may do with Django's own tables: log in, no more."""

    dependencies = [
        ("config", "0001_clock"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("sessions", "0001_initial"),
        ("authtoken", "0004_alter_tokenproxy_options"),
    ]

    operations = [migrations.RunSQL(GRANT, REVOKE)]
