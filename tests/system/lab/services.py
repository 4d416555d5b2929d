# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Six services on one host, as Debian ships them, configured with the same certificate at paths of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .hosts import Host

FOLDER = "/etc/ssl/www"
CERTIFICATE, KEY, COMBINED = f"{FOLDER}/www.pem", f"{FOLDER}/www.key", f"{FOLDER}/www-combined.pem"
# The group in which Debian's PostgreSQL may read a key that belongs to root.
KEY_GROUP = "ssl-cert"


@dataclass(frozen=True)
class Service:
    """One service: the name of its unit, where it listens, and how TLS begins there."""

    unit: str
    port: int
    starttls: str | None = None


SERVICES = (
    Service("nginx", 443),
    Service("apache2", 8443),
    Service("haproxy", 9443),
    Service("postfix", 25, "smtp"),
    Service("dovecot", 143, "imap"),
    Service("postgresql", 5432, "postgres"),
)

_NGINX = f"""server {{
    listen 443 ssl;
    ssl_certificate {CERTIFICATE};
    ssl_certificate_key {KEY};
    return 200 "nginx\\n";
}}
"""
_APACHE = f"""LoadModule socache_shmcb_module /usr/lib/apache2/modules/mod_socache_shmcb.so
LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so
ServerName www.example.com
<VirtualHost *:8443>
    SSLEngine on
    SSLCertificateFile {CERTIFICATE}
    SSLCertificateKeyFile {KEY}
</VirtualHost>
"""
_HAPROXY = f"""defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend site
    bind :9443 ssl crt {COMBINED}
    http-request return status 200
"""
_DOVECOT = f"""protocols = imap
listen = *
ssl = yes
ssl_cert = <{CERTIFICATE}
ssl_key = <{KEY}
mail_location = maildir:~/Maildir
passdb {{
  driver = pam
}}
userdb {{
  driver = passwd
}}
"""
_POSTGRES = f"""listen_addresses = '*'
port = 5432
ssl = on
ssl_cert_file = '{CERTIFICATE}'
ssl_key_file = '{KEY}'
"""
_POSTFIX = {
    "inet_protocols": "ipv4",
    "smtpd_tls_security_level": "may",
    "smtpd_tls_cert_file": CERTIFICATE,
    "smtpd_tls_key_file": KEY,
}


def write(host: Host, path: str, text: str) -> None:
    """Write a file of a host; what the distribution has there may be a link."""
    file = host.root / path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.write_text(text, encoding="utf-8")


def place_certificate(host: Host, fullchain: str, key: str) -> None:
    """Put certificate and key where the services expect them, as plain files, as a person does by hand."""
    write(host, CERTIFICATE, fullchain)
    write(host, KEY, key)
    write(host, COMBINED, fullchain + key)
    host.run("chown", f"root:{KEY_GROUP}", KEY, COMBINED)
    host.run("chmod", "640", KEY, COMBINED)


def start_services(host: Host) -> None:
    """Configure the services and start all of them."""
    write(host, "/etc/nginx/sites-enabled/default", _NGINX)
    write(host, "/etc/apache2/ports.conf", "Listen 8443\n")
    write(host, "/etc/apache2/sites-enabled/000-default.conf", _APACHE)
    write(host, "/etc/haproxy/haproxy.cfg", _HAPROXY)
    write(host, "/etc/dovecot/dovecot.conf", _DOVECOT)
    (cluster,) = (host.root / "etc/postgresql").glob("*/main/postgresql.conf")
    with cluster.open("a", encoding="utf-8") as settings:
        settings.write(_POSTGRES)
    host.run("postconf", *(f"{name}={value}" for name, value in _POSTFIX.items()))
    host.run("systemctl", "start", *(service.unit for service in SERVICES))


def journal_of(host: Host, unit: str) -> str:
    """Return what a unit wrote, to be shown if a test fails."""
    return host.run("journalctl", "--no-pager", "--unit", f"{unit}*", "--lines", "30", check=False).stdout


def installed_file(host: Host, path: str) -> Path:
    """Return the real path of a file of the host, seen from this machine."""
    return host.root / host.run("realpath", path).stdout.strip().lstrip("/")
