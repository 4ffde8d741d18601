"""Writes, as JSON, which host botocore asks for each service of AWS: by region, with addresses of both families, and validated by FIPS 140."""
import json
import sys
from urllib.parse import urlparse

import botocore.session
from botocore.config import Config

VARIANTS = [
    ('eu-west-1', {}), ('us-east-1', {}), ('cn-north-1', {}), ('us-gov-west-1', {}),
    ('eu-west-1', {'use_dualstack_endpoint': True}), ('us-east-1', {'use_fips_endpoint': True}),
]

session = botocore.session.Session()
loader = session.get_component('data_loader')
result = []
for name in session.get_available_services():
    metadata = loader.load_service_model(name, 'service-2')['metadata']
    hosts = []
    for region, options in VARIANTS:
        try:
            client = session.create_client(name, region_name=region, config=Config(**options), aws_access_key_id='a', aws_secret_access_key='b')
            hosts.append({'region': region, 'fips': 'use_fips_endpoint' in options, 'host': urlparse(client.meta.endpoint_url).hostname})
        except Exception:  # a variant that the service does not have
            continue
    result.append({'name': name, 'signingName': metadata.get('signingName', metadata['endpointPrefix']), 'hosts': hosts})
json.dump(result, sys.stdout)
