/** As much of the Step Functions client as functions of the CDK use. */
const { call } = require('../call');

class StartExecutionCommand {
  constructor(input) { this.input = input; }
  async run() {
    const headers = { 'x-amz-target': 'AWSStepFunctions.StartExecution', 'content-type': 'application/x-amz-json-1.0' };
    return JSON.parse((await call({ method: 'POST', path: '/', headers, body: JSON.stringify(this.input) })).body.toString());
  }
}

class SFNClient {
  send(command) { return command.run(); }
  destroy() {}
}

class SFN extends SFNClient {
  startExecution(input) { return this.send(new StartExecutionCommand(input)); }
}

module.exports = { SFN, SFNClient, StartExecutionCommand };
