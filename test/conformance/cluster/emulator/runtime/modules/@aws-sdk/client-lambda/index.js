/** As much of the Lambda client as functions of the CDK use. */
const { call } = require('../call');

const function_ = name => `/functions/${encodeURIComponent(name)}`;
const text = value => typeof value === 'string' ? value : Buffer.from(value ?? '').toString();

class InvokeCommand {
  constructor(input) { this.input = input; }
  async run() {
    const { FunctionName, Payload, InvocationType = 'RequestResponse' } = this.input;
    const headers = { 'x-amz-invocation-type': InvocationType };
    const { status, headers: received, body } = await call({ method: 'POST', path: `/2015-03-31${function_(FunctionName)}/invocations`, headers, body: text(Payload) });
    return { StatusCode: status, FunctionError: received['x-amz-function-error'], Payload: new Uint8Array(body), $metadata: { httpStatusCode: status } };
  }
}

class GetFunctionCommand {
  constructor(input) { this.input = input; }
  async run() {
    return JSON.parse((await call({ method: 'GET', path: `/2015-03-31${function_(this.input.FunctionName)}` })).body.toString());
  }
}

class LambdaClient {
  send(command) { return command.run(); }
  destroy() {}
}

class Lambda extends LambdaClient {
  invoke(input) { return this.send(new InvokeCommand(input)); }
  getFunction(input) { return this.send(new GetFunctionCommand(input)); }
}

async function waitUntilFunctionActiveV2({ client, maxWaitTime }, input) {
  for (const end = Date.now() + maxWaitTime * 1000; Date.now() < end; await new Promise(resolve => setTimeout(resolve, 1000))) {
    const { Configuration } = await client.send(new GetFunctionCommand(input));
    if (Configuration.State === 'Active') return { state: 'SUCCESS' };
  }
  throw new Error('TimeoutError: the function did not become active');
}

module.exports = { Lambda, LambdaClient, InvokeCommand, GetFunctionCommand, waitUntilFunctionActiveV2 };
