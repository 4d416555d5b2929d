#!/usr/bin/python
# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: digicert_report
short_description: Create a report on certificates as HTML, JSON or CSV
version_added: 0.1.0
description:
  - Combines the certificates that hosts have installed, the certificates that they present, and the orders of the
    account. The report shows for each certificate on which host it is installed and served, how many days are left, its
    order and when the order expires, what happens next and when, and any problems.
  - The module runs on the controller, because it needs the results of all hosts and the API key. The playbook
    C(community.digicert.report) collects the data from the hosts and calls the module once.
  - The next step is predicted with the same rules as in M(community.digicert.digicert_certificate_plan), applied to
    future days.
  - The HTML page is self-contained and does not load anything. It is readable without its script, which only adds
    sorting and filtering.
  - The same state on the same day results in identical files, so that a second run does not change anything.
  - The module sends one request for every 1000 orders, two or three requests for each order that is waiting for
    something, and three requests for each order that may contain a certificate that was found on a host, but is not the
    current certificate of any order.
  - The reports do not contain keys, but they do contain host names and addresses. Set the permissions of the folder
    accordingly.
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
      - Shows which files change, but not their content.
  idempotent:
    support: full
    details:
      - The files contain the date of the report. On another day the same state results in different numbers of days
        left, see O(date).
author:
  - community.digicert maintainers (@community-digicert)
seealso:
  - module: community.digicert.digicert_host_certificate_info
  - module: community.digicert.digicert_served_certificate_info
  - module: community.digicert.digicert_order_info
  - module: community.digicert.digicert_certificate_plan
  - name: List orders
    description: The API endpoint for reading the orders.
    link: https://dev.digicert.com/certcentral-apis/services-api/orders/list-orders.html
options:
  hosts:
    description:
      - Information about the hosts. If empty, the report only covers the orders of the account.
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
          - Why the host could not be read. If not set, the host was read.
        type: str
      requests:
        description:
          - The desired certificates of the host, as in
            O(community.digicert.digicert_host_certificate_info#module:certificates). Each needs C(name) and
            C(dns_names). C(directory), C(renew_before) and C(allow_name_removal) are used as well.
          - If C(product), C(organization_id) and C(container_id) are set as in the role
            P(community.digicert.certificate#role), only matching orders are considered for the next step.
        type: list
        elements: dict
        default: []
      certificates:
        description:
          - The result of M(community.digicert.digicert_host_certificate_info) for these requests.
          - The key C(revocation), which the role P(community.digicert.certificate#role) adds if the CA has revoked a
            certificate, is shown as a problem.
        type: list
        elements: dict
        default: []
      served:
        description:
          - The results of handshakes. Each is an entry of
            RV(community.digicert.digicert_served_certificate_info#module:endpoints) with the additional key C(request),
            the name of the request whose certificate is expected.
        type: list
        elements: dict
        default: []
  dest:
    description:
      - Path of the HTML file to write. Its folder must exist.
    type: path
  json_dest:
    description:
      - Path of the JSON file to write. Its C(entries) have the columns of O(csv_dest). C(served) and C(problems) are
        lists, and C(problem_codes) is part of C(problems). The file also contains C(format) (a number that increases
        when a field changes its meaning), C(title), C(date), C(summary) and C(weeks).
    type: path
  csv_dest:
    description:
      - Path of the CSV file to write (RFC 4180, UTF-8), with one line for each entry, the most urgent first. Dates are
        ISO 8601.
      - C(level) is V(problem), V(due), V(waiting), V(unknown) (the host could not be read) or V(ok).
      - C(host), C(request) and C(path) say on which host and in which folder the certificate is installed,
        C(host_failure) why the host could not be read. They are empty for an order that is not known to be used by any
        host.
      - C(common_name), C(dns_names), C(serial_number) (hexadecimal), C(valid_from), C(valid_till) and C(days_left)
        describe the certificate.
      - C(served) lists each address with the serial number that it presents, or with the reason why there is none.
      - C(order_id), C(order_status), C(product), C(order_valid_till) and C(multi_year_plan) describe its order.
      - C(next_action) is V(none), V(wait), V(install), V(reissue), V(renew) or V(order), C(next_date) the first day on
        which a run does it, C(next_step) a description of it.
      - C(problem_codes) are V(expired), V(revoked), V(served_differs), V(not_served), V(not_verified),
        V(not_installed), V(differs), V(files), V(not_from_account) or V(no_renewal). C(problems) describes them.
      - Text that a spreadsheet would interpret as a formula is prefixed with an apostrophe.
    type: path
  title:
    description:
      - Title of the report.
    type: str
    default: Certificates
  renew_before:
    description:
      - How long before its expiry an order is due that is not known to be used by any host. Either a number of days, a
        percentage of its lifetime such as V(25%), or V(auto).
    type: str
    default: auto
  date:
    description:
      - Date of the report, as C(yyyy-MM-dd). Defaults to the current day in UTC.
    type: str
"""

EXAMPLES = r"""
- name: Report on the orders of the account
  community.digicert.digicert_report:
    dest: /srv/certificates/report.html
    csv_dest: /srv/certificates/report.csv
  delegate_to: localhost

- name: Check the certificates installed on this host
  community.digicert.digicert_host_certificate_info:
    certificates: &desired
      - name: www
        directory: /etc/digicert
        dns_names: [www.example.com, example.com]
  register: installed

- name: Get the certificate that this host presents
  community.digicert.digicert_served_certificate_info:
    endpoints:
      - host: 127.0.0.1
        server_name: www.example.com
  register: served

- name: Report on this host and the account
  community.digicert.digicert_report:
    hosts:
      - name: "{{ inventory_hostname }}"
        requests: *desired
        certificates: "{{ installed.certificates }}"
        served: "{{ served.endpoints | map('combine', {'request': 'www'}) | list }}"
    json_dest: /srv/certificates/host.json
  delegate_to: localhost
  register: report

- name: Show problems
  ansible.builtin.debug:
    msg: "{{ item.host }}: {{ item.text }}"
  loop: "{{ report.problems }}"
  loop_control:
    label: "{{ item.code }}"

- name: Check whether the report can be written without changing anything
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
    - What was done, or would be done in check mode.
    - V(write) if a file changed, otherwise V(none).
  returned: success
  type: str
  sample: write
# generated from return_values.yml: common.reasons, no_order, common.diff
reasons:
  description: The reasons for the action, one sentence for each.
  returned: success
  type: list
  elements: str
  sample: ["certificates.html differs"]
phase:
  description: Always V(null), because this module does not handle a single order.
  returned: success
  type: str
  sample: null
is_final:
  description: Always V(false), because this module does not handle a single order.
  returned: success
  type: bool
  sample: false
blocked_on:
  description: Always empty, because this module does not handle a single order.
  returned: success
  type: list
  elements: dict
  sample: []
order:
  description: Always V(null), because this module does not handle a single order.
  returned: success
  type: dict
  sample: null
certificate:
  description: Always V(null), because this module does not handle a single order.
  returned: success
  type: dict
  sample: null
dcv:
  description: The list C(records) is always empty, because this module does not handle a single order.
  returned: success
  type: dict
  sample: {"records": []}
diff:
  description: The differences before and after the action. Secrets are never included.
  returned: success
  type: dict
  sample: {"before": {}, "after": {"files": ["certificates.html"]}}
# end of generated
summary:
  description: Statistics of the report.
  returned: success
  type: dict
  contains:
    entries:
      description:
        - Number of entries. There is one entry for each request of each host, and for each order that is not used by
          any host.
      type: int
      returned: always
      sample: 12
    certificates:
      description: Number of distinct certificates.
      type: int
      returned: always
      sample: 10
    levels:
      description: Number of entries by C(level), see O(csv_dest).
      type: dict
      returned: always
      sample: {"problem": 1, "due": 2, "waiting": 1, "unknown": 0, "ok": 8}
    problems:
      description: Number of entries by type of problem, see O(csv_dest). Types without entries are not included.
      type: dict
      returned: always
      sample: {"served_differs": 1}
problems:
  description: All problems.
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
      description: ID of the order of the certificate. V(null) if there is none.
      type: int
      returned: always
      sample: 112233
    code:
      description: Type of the problem, see O(csv_dest).
      type: str
      returned: always
      sample: served_differs
    text:
      description: Description of the problem.
      type: str
      returned: always
      sample: www.example.com:443 serves a1b2c3, which expires on 2026-12-01
files:
  description: The files of the report.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: Path as given.
      type: str
      returned: always
      sample: certificates.html
    bytes:
      description: Size of the content in bytes.
      type: int
      returned: always
      sample: 30123
    changed:
      description: Whether the file was replaced, or would be in check mode.
      type: bool
      returned: always
      sample: true
# generated from return_values.yml: common.api_calls, failure
api_calls:
  description: Number of requests sent to the service for each HTTP method, including retries.
  returned: always
  type: dict
  sample: {"GET": 3, "POST": 1}
errors:
  description: Errors returned by the service, each with C(code) and C(message).
  returned: failure
  type: list
  elements: dict
  sample: [{"code": "access_denied|invalid_approver", "message": "You do not have access."}]
next_action:
  description: How to resolve the failure.
  returned: failure
  type: str
  sample: Correct dest.
order_id:
  description: ID of the order that the failure is about, if known, so that a paid order is never lost.
  returned: failure
  type: int
  sample: 112233
# end of generated
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
    """Return the date of the report. Raises InputError."""
    text = run.params["date"]
    if not text:
        return run.now.date()
    try:
        return dt.date.fromisoformat(text)
    except ValueError as exc:
        raise InputError(
            f"date is {text!r}, which is not a valid date.",
            next_action="Write it as yyyy-MM-dd, for example 2026-11-30.",
        ) from exc


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
