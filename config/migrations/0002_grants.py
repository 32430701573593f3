from django.db import migrations

# Runs after the cases app, whose default privileges give both roles every new table: what they
# may do with Django's own tables and the clock is said here, and nothing more than that.
TABLES = """auth_user, auth_group, auth_permission, auth_group_permissions,
    auth_user_groups, auth_user_user_permissions, django_content_type, django_migrations,
    django_session, authtoken_token, kedja_clock"""

GRANT = f"""
REVOKE ALL ON {TABLES} FROM kedja_app, kedja_worker;
GRANT SELECT ON auth_user, auth_group, auth_permission, auth_group_permissions,
    auth_user_groups, auth_user_user_permissions, django_content_type, django_migrations,
    kedja_clock
    TO kedja_app, kedja_worker;
GRANT UPDATE (last_login, password) ON auth_user TO kedja_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO kedja_app;
GRANT SELECT, INSERT ON authtoken_token TO kedja_app;
"""
REVOKE = f"REVOKE ALL ON {TABLES} FROM kedja_app, kedja_worker;"


class Migration(migrations.Migration):
    """What web and worker may do with Django's own tables: log in, no more."""

    dependencies = [
        ("config", "0001_clock"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("sessions", "0001_initial"),
        ("authtoken", "0004_alter_tokenproxy_options"),
        ("cases", "0002_security"),
    ]

    operations = [migrations.RunSQL(GRANT, REVOKE)]
