#!/usr/bin/env node
/** The executable `cdk-eks-mesh`. */
import { processIo } from './io';
import { runCli } from './program';

// a reader such as `head` that has seen enough closes the pipe: that is no failure
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

void runCli(process.argv.slice(2), processIo());
