#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_report
short_description: Report on all certificates of hosts and of the account, as HTML, JSON and CSV
version_added: 0.1.0
description:
  - Brings together what hosts have installed, what they serve, and the orders of the account, and writes files that
    say for each certificate where it is installed and served, how many days are left, which order it belongs to and
    when that ends, what happens next and when, and what is wrong.
  - It runs on the controller, because that is where the results of all hosts and the API key are. The playbook
    C(community.digicert.report) gathers from the hosts and calls it once.
  - What happens next is decided by the rules by which M(community.digicert.digicert_certificate_plan) decides, asked
    for the days to come.
  - The HTML page needs no other file and fetches nothing. It can be read without its script, which sorts and filters.
  - The same state on the same day gives the same bytes, so that a second run changes nothing.
  - It reads the account with one call for each 1000 orders, two or three calls for each order that waits for something,
    and three for each order that may hold a certificate which was found on a host and is no order's current one.
  - The reports hold no keys. They do hold names of hosts and addresses; set the permissions of the folder accordingly.
extends_documentation_fragment:
  - community.digicert.connection
  - community.digicert.attributes
  - community.digicert.attributes.actiongroup_digicert
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - It names the files that change, not their lines.
  idempotent:
    support: full
    details:
      - The files state the day for which they are made. The same state is reported with other numbers of days left on
        another day, see O(date).
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_host_certificate_info
  - module: community.digicert.digicert_served_certificate_info
  - module: community.digicert.digicert_order_info
  - module: community.digicert.digicert_certificate_plan
  - name: List orders
    description: Where the orders come from.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/list-orders.html
options:
  hosts:
    description:
      - What is known of the hosts. Without any, the report is about the orders of the account alone.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - Name of the host.
        type: str
        required: true
      failure:
        description:
          - Why the host could not be read, in words. Without it the host was read.
        type: str
      requests:
        description:
          - The certificates that the host should have, as in
            O(community.digicert.digicert_host_certificate_info#module:certificates). Each needs C(name) and
            C(dns_names); C(directory), C(renew_before) and C(allow_name_removal) are used, too.
          - With C(product), C(organization_id) and C(container_id), as the role P(community.digicert.certificate#role)
            knows them, only orders that fit these are taken into account for the next step.
        type: list
        elements: dict
        default: []
      certificates:
        description:
          - What M(community.digicert.digicert_host_certificate_info) returned for them.
        type: list
        elements: dict
        default: []
      served:
        description:
          - What handshakes showed. Each is an entry of
            RV(community.digicert.digicert_served_certificate_info#module:endpoints) together with C(request), the name
            of the request whose certificate was expected there.
        type: list
        elements: dict
        default: []
  dest:
    description:
      - HTML file to write. Its folder must exist.
    type: path
  json_dest:
    description:
      - JSON file to write. Its C(entries) have the columns of O(csv_dest); C(served) and C(problems) are lists there,
        C(problem_codes) is part of C(problems). Beside them stand C(format) (a number that grows when a field changes
        its meaning), C(title), C(date), C(summary) and C(weeks).
    type: path
  csv_dest:
    description:
      - CSV file to write (RFC 4180, UTF-8), one line for each entry, the most urgent first. Dates are ISO 8601.
      - C(level) is V(problem), V(due), V(waiting), V(unknown) (the host could not be read) or V(ok).
      - C(host), C(request) and C(path) say where it is installed, C(host_failure) why the host could not be read. They
        are empty for an order that no host is known to use.
      - C(common_name), C(dns_names), C(serial_number) (hexadecimal), C(valid_from), C(valid_till) and C(days_left) are
        those of the certificate.
      - C(served) has each address with the serial number that it shows, or with the reason why it shows none.
      - C(order_id), C(order_status), C(product), C(order_valid_till) and C(multi_year_plan) are those of its order.
      - C(next_action) is V(none), V(wait), V(install), V(reissue), V(renew) or V(order), C(next_date) the first day on
        which a run does it, C(next_step) the same in words.
      - C(problem_codes) are V(expired), V(revoked), V(served_differs), V(not_served), V(not_verified),
        V(not_installed), V(differs), V(files), V(not_from_account) or V(no_renewal), C(problems) says them in words.
      - A text that a spreadsheet would take for a formula has an apostrophe in front.
    type: path
  title:
    description:
      - Title of the report.
    type: str
    default: Certificates
  renew_before:
    description:
      - How long before its end an order that no host is known to use is due. A number of days, a percentage of the
        lifetime such as V(25%), or V(auto).
    type: str
    default: auto
  date:
    description:
      - Day for which the report is made, as C(yyyy-MM-dd). Without it the present day in UTC.
    type: str
"""

EXAMPLES = r"""
- name: Report on the orders of the account
  community.digicert.digicert_report:
    dest: /srv/certificates/report.html
    csv_dest: /srv/certificates/report.csv
  delegate_to: localhost

- name: Look what this host has installed
  community.digicert.digicert_host_certificate_info:
    certificates: &wanted
      - name: www
        directory: /etc/digicert
        dns_names: [www.example.com, example.com]
  register: installed

- name: Look what it serves
  community.digicert.digicert_served_certificate_info:
    endpoints:
      - host: 127.0.0.1
        server_name: www.example.com
  register: served

- name: Report on this host and the account
  community.digicert.digicert_report:
    hosts:
      - name: "{{ inventory_hostname }}"
        requests: *wanted
        certificates: "{{ installed.certificates }}"
        served: "{{ served.endpoints | map('combine', {'request': 'www'}) | list }}"
    json_dest: /srv/certificates/host.json
  delegate_to: localhost
  register: report

- name: Say what is wrong
  ansible.builtin.debug:
    msg: "{{ item.host }}: {{ item.text }}"
  loop: "{{ report.problems }}"
  loop_control:
    label: "{{ item.code }}"

- name: Make sure that the report could be written, and change nothing
  community.digicert.digicert_report:
    title: Certificates that no host of ours has
    dest: /srv/certificates/orders.html
  delegate_to: localhost
  check_mode: true

- name: Set the connection once for several tasks
  module_defaults:
    group/community.digicert.digicert:
      api_key: "{{ vault_digicert_api_key }}"
      region: eu
  delegate_to: localhost
  block:
    - name: Report on the orders of the account as JSON
      community.digicert.digicert_report:
        json_dest: /srv/certificates/account.json
"""

RETURN = r"""
action:
  description:
    - What was done, or in check mode would be done.
    - V(write) where a file changed, otherwise V(none).
  returned: success
  type: str
  sample: write
reasons:
  description: Why, in words; one entry for each cause.
  returned: success
  type: list
  elements: str
  sample: ["certificates.html differs"]
phase:
  description: Always V(null); the report is about many orders.
  returned: success
  type: str
  sample: null
blocked_on:
  description: Always empty; the report is about many orders.
  returned: success
  type: list
  elements: dict
  sample: []
order:
  description: Always V(null); the report is about many orders.
  returned: success
  type: dict
  sample: null
certificate:
  description: Always V(null); the report is about many certificates.
  returned: success
  type: dict
  sample: null
dcv:
  description: Always without records; the report is about many orders.
  returned: success
  type: dict
  sample: {"records": []}
diff:
  description: Which files differ, before and after.
  returned: success
  type: dict
  sample: {"before": {}, "after": {"files": ["certificates.html"]}}
summary:
  description: How many there are of what.
  returned: success
  type: dict
  contains:
    entries:
      description: Number of entries, which is one for each request of each host and for each order that no host uses.
      type: int
      returned: always
      sample: 12
    certificates:
      description: Number of different certificates.
      type: int
      returned: always
      sample: 10
    levels:
      description: Number of entries by C(level), see O(csv_dest).
      type: dict
      returned: always
      sample: {"problem": 1, "due": 2, "waiting": 1, "unknown": 0, "ok": 8}
    problems:
      description: Number of entries by kind of problem, see O(csv_dest); without those that no entry has.
      type: dict
      returned: always
      sample: {"served_differs": 1}
problems:
  description: Everything that is wrong.
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: Name of the host.
      type: str
      returned: always
      sample: web1
    request:
      description: Name of the request.
      type: str
      returned: always
      sample: www
    common_name:
      description: Common name of the certificate.
      type: str
      returned: always
      sample: www.example.com
    order_id:
      description: The order of the certificate; V(null) where there is none.
      type: int
      returned: always
      sample: 112233
    code:
      description: Kind of the problem, see O(csv_dest).
      type: str
      returned: always
      sample: served_differs
    text:
      description: What is wrong, in words.
      type: str
      returned: always
      sample: www.example.com:443 serves a1b2c3, which ends on 2026-12-01
files:
  description: The files of the report.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Path as it was given.
      type: str
      returned: always
      sample: certificates.html
    bytes:
      description: Size of the content in bytes.
      type: int
      returned: always
      sample: 30123
    changed:
      description: Whether the file was, or in check mode would be, replaced.
      type: bool
      returned: always
      sample: true
api_calls:
  description: How many requests were sent to the service, by HTTP method, retries included.
  returned: always
  type: dict
  sample: {"GET": 3}
errors:
  description: The errors of the service, each with C(code) and C(message).
  returned: failure
  type: list
  elements: dict
  sample: [{"code": "access_denied|invalid_approver", "message": "You do not have access."}]
next_action:
  description: What to do about the failure.
  returned: failure
  type: str
  sample: Correct dest.
order_id:
  description: The order that the failure is about, where one is known.
  returned: failure
  type: int
  sample: 112233
"""

import datetime as dt
import typing as t

from ..module_utils._certcentral.errors import InputError
from ..module_utils._module.run import Run, run_module
from ..module_utils._report.html_page import to_html
from ..module_utils._report.input import places_of
from ..module_utils._report.tables import problems_of, summary_of, to_csv, to_json
from ..module_utils._use_cases.outcome import Outcome
from ..module_utils._use_cases.report import ReportRequest, make_report

_WRITERS = {"dest": to_html, "json_dest": to_json, "csv_dest": to_csv}


def _day(run: Run) -> dt.date:
    """Return the day of the report. Raises InputError."""
    text = run.params["date"]
    if not text:
        return run.now.date()
    try:
        return dt.date.fromisoformat(text)
    except ValueError as exc:
        raise InputError(f"date is {text!r}, which is no day.", next_action="Write it as 2026-11-30.") from exc


def report(run: Run) -> Outcome:
    """Make the report and write its files."""
    params = run.params
    request = ReportRequest(params["title"], places_of(params["hosts"]), run.renew_before(), _day(run))
    made = make_report(run.client, request)
    files: list[dict[str, t.Any]] = []
    for option, write in _WRITERS.items():
        if params[option]:
            content = write(made)
            changed = run.write_file(params[option], content)
            files.append({"path": params[option], "bytes": len(content), "changed": changed})
    changed_files = [file["path"] for file in files if file["changed"]]
    return Outcome(
        "write" if changed_files else "none",
        tuple(f"{path} differs" for path in changed_files),
        after={"files": changed_files} if changed_files else {},
        extra={"summary": summary_of(made), "problems": problems_of(made), "files": files},
    )


def main() -> None:
    """Run the module."""
    host = {
        "name": {"type": "str", "required": True},
        "failure": {"type": "str"},
        "requests": {"type": "list", "elements": "dict", "default": []},
        "certificates": {"type": "list", "elements": "dict", "default": []},
        "served": {"type": "list", "elements": "dict", "default": []},
    }
    run_module(
        report,
        {
            "hosts": {"type": "list", "elements": "dict", "default": [], "options": host},
            "dest": {"type": "path"},
            "json_dest": {"type": "path"},
            "csv_dest": {"type": "path"},
            "title": {"type": "str", "default": "Certificates"},
            "renew_before": {"type": "str", "default": "auto"},
            "date": {"type": "str"},
        },
        required_one_of=[("dest", "json_dest", "csv_dest")],
    )


if __name__ == "__main__":
    main()
