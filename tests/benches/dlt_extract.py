"""The account of the benchmark `extract`, read with dlt into JSONL files, for comparison.

    python3 -m venv /tmp/dlt && /tmp/dlt/bin/pip install 'dlt[filesystem]'
    /tmp/dlt/bin/python tests/benches/dlt_extract.py <folder>/account/credentials.json

The benchmark itself runs it where FOREBAY_DLT names that Python. It reads the same tables by plain SuiteQL
keyset paging, signed with token-based authentication; the last line it prints is its figures as JSON: CPU
seconds of this process and its children, in all and by step, peak memory, records and requests.

It does less than the extractor it is compared with: dates come date-only, nothing is counted against the source,
and no column is probed.
"""

import base64
import hashlib
import hmac
import json
import resource
import secrets
import sys
import tempfile
import time
import urllib.parse

import dlt
from dlt.sources.helpers import requests

PAGE = 1000
PATH = "/services/rest/query/v1/suiteql"
# Table, and the columns that its rows are ordered and found by.
TABLES = {
    "customer": ["id"],
    "vendor": ["id"],
    "item": ["id"],
    "account": ["id"],
    "subsidiary": ["id"],
    "employee": ["id"],
    "transaction": ["id"],
    "transactionline": ["transaction", "id"],
    "transactionaccountingline": ["transaction", "transactionline", "accountingbook"],
    "deletedrecord": ["recordid"],
}


def quote(text):
    return urllib.parse.quote(str(text), safe="-._~")


def signature(credentials, url, query):
    """An OAuth 1.0a header with HMAC-SHA256 (RFC 5849, section 3.4)."""
    values = {
        "oauth_consumer_key": credentials["consumer_key"],
        "oauth_token": credentials["token_id"],
        "oauth_nonce": secrets.token_hex(16),
        "oauth_timestamp": str(int(time.time())),
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_version": "1.0",
    }
    pairs = sorted((quote(k), quote(v)) for k, v in {**values, **query}.items())
    text = "&".join(["POST", quote(url), quote("&".join(f"{k}={v}" for k, v in pairs))])
    key = f"{quote(credentials['consumer_secret'])}&{quote(credentials['token_secret'])}"
    digest = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    values["oauth_signature"] = base64.b64encode(digest).decode()
    realm = credentials["account"].upper().replace("-", "_")
    return f'OAuth realm="{realm}", ' + ", ".join(f'{k}="{quote(v)}"' for k, v in values.items())


def beyond(keys, last):
    """The keyset: rows after `last` in the order of `keys`."""
    parts = []
    for place, key in enumerate(keys):
        same = [f"t.{k} = {v}" for k, v in zip(keys[:place], last)]
        parts.append("(" + " AND ".join(same + [f"t.{key} > {last[place]}"]) + ")")
    return " OR ".join(parts)


class Reader:
    def __init__(self, credentials):
        self.credentials = credentials
        self.session = requests.Client(request_timeout=300).session
        self.requests = 0

    def page(self, sql):
        url = self.credentials["base_url"] + PATH
        headers = {
            "Authorization": signature(self.credentials, url, {"limit": str(PAGE)}),
            "Prefer": "transient",
        }
        answer = self.session.post(url, params={"limit": PAGE}, json={"q": sql}, headers=headers)
        answer.raise_for_status()
        self.requests += 1
        return answer.json()

    def rows(self, table, keys):
        condition = ""
        while True:
            order = ", ".join(f"t.{key}" for key in keys)
            page = self.page(f"SELECT t.* FROM {table} t {condition} ORDER BY {order}")
            items = page["items"]
            for item in items:
                item.pop("links", None)
            if items:
                yield items
            if not page["hasMore"]:
                return
            condition = "WHERE " + beyond(keys, [items[-1][key] for key in keys])


def cpu():
    own, children = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        reader = Reader(json.load(file))

    def resource_of(table, keys):
        return dlt.resource(reader.rows(table, keys), name=table, write_disposition="append")

    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            pipeline_name="comparison",
            pipelines_dir=f"{folder}/state",
            destination=dlt.destinations.filesystem(f"file://{folder}/out"),
            dataset_name="raw",
        )
        started, steps, before = time.time(), {}, cpu()
        pipeline.extract([resource_of(table, keys) for table, keys in TABLES.items()])
        steps["extract"] = cpu() - before
        before_normalize = cpu()
        pipeline.normalize()
        steps["normalize"] = cpu() - before_normalize
        counts = pipeline.last_trace.last_normalize_info.row_counts
        before_load = cpu()
        pipeline.load()
        steps["load"] = cpu() - before_load
        records = sum(count for table, count in counts.items() if not table.startswith("_dlt"))
        figures = {
            "records": records,
            "requests": reader.requests,
            "cpu_seconds": round(cpu() - before, 2),
            **{f"cpu_{name}": round(value, 2) for name, value in steps.items()},
            "wall_seconds": round(time.time() - started, 1),
            "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "dlt": dlt.__version__,
        }
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
