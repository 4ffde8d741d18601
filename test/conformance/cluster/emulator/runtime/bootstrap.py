"""Stands in for the Python runtime of Lambda: one environment, one event at a time, over file descriptor 3 as lines of JSON."""
import http.client
import importlib
import json
import logging
import os
import socket
import sys
import time
import traceback
from urllib.parse import urlparse

sys.path.insert(0, os.environ['LAMBDA_TASK_ROOT'])
emulator = urlparse(os.environ['EMULATOR_ENDPOINT'])
logging.basicConfig(stream=sys.stdout, level=logging.INFO)


connect = http.client.HTTPSConnection.connect


def connect_to_emulator(self):
    """The presigned address of CloudFormation's bucket leads to the emulator."""
    if self.host != os.environ['EMULATOR_RESPONSE_HOST']:
        return connect(self)
    self.sock = socket.create_connection((emulator.hostname, emulator.port))


http.client.HTTPSConnection.connect = connect_to_emulator


class Context:
    function_name = os.environ['AWS_LAMBDA_FUNCTION_NAME']
    function_version = '$LATEST'
    memory_limit_in_mb = os.environ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']
    log_group_name = '/aws/lambda/' + function_name
    log_stream_name = os.environ['AWS_LAMBDA_LOG_STREAM_NAME']

    def __init__(self, invocation):
        self.aws_request_id = invocation['requestId']
        self.invoked_function_arn = invocation['arn']
        self._deadline = invocation['deadlineMs']

    def get_remaining_time_in_millis(self):
        return int(self._deadline - time.time() * 1000)


def answer(invocation):
    try:
        module, _, name = os.environ['_HANDLER'].rpartition('.')
        handler = getattr(importlib.import_module(module.replace('/', '.')), name)
        return {'result': handler(json.loads(invocation['event']), Context(invocation))}
    except BaseException as error:  # SystemExit ends an environment of Lambda, too
        return {'error': {'errorType': type(error).__name__, 'errorMessage': str(error), 'trace': traceback.format_exc().split('\n')}}


channel = socket.socket(fileno=3)
channel.setblocking(True)  # Node.js hands over its end as it uses it
for line in channel.makefile('r', encoding='utf-8'):
    reply = json.dumps(answer(json.loads(line))) + '\n'
    sys.stdout.flush()
    channel.sendall(reply.encode())
