/** Calls the emulator as the clients of the AWS SDK call AWS, with their standard retries. */
const http = require('http');

/** Attempts and waits of the SDK's standard mode. @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const ATTEMPTS = 3;
const RETRYABLE = new Set(['TooManyRequestsException', 'ThrottlingException', 'ServiceException']);
const wait = Number(process.env.EMULATOR_WAIT_SCALE ?? 1);

function send({ method, path, headers, body }) {
  const { hostname, port } = new URL(process.env.EMULATOR_ENDPOINT);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, method, path, headers: { ...headers, 'content-length': Buffer.byteLength(body ?? '') } }, response => {
      const parts = [];
      response.on('data', part => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

exports.call = async request => {
  for (let attempt = 1; ; attempt++) {
    const response = await send(request);
    if (response.status < 400) return response;
    const { message, Message } = JSON.parse(response.body.toString() || '{}');
    const error = new Error(message ?? Message ?? `HTTP ${response.status}`);
    error.name = response.headers['x-amzn-errortype'] ?? 'UnknownError';
    error.$metadata = { httpStatusCode: response.status, attempts: attempt };
    if (attempt >= ATTEMPTS || !RETRYABLE.has(error.name)) throw error;
    await new Promise(resolve => setTimeout(resolve, wait * Math.random() * Math.min(20000, 100 * 2 ** attempt)));
  }
};
