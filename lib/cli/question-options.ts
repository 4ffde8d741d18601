/** The arguments and options that `simulate` and `explain` share. */
import { Option, type Command } from 'commander';
import { ASSEMBLY_HELP } from './models';
import { gather, readPort, type RequestOptions } from './request';

/** Options of a question. */
export interface QuestionOptions extends RequestOptions {
  readonly gateway?: string;
  readonly from?: string;
  readonly mesh?: string;
  readonly json?: boolean;
}

/** Adds the arguments and options of a question to a command. */
export function addQuestion(command: Command): Command {
  return command
    .argument('<request...>', `[METHOD] PATH-OR-URL [ASSEMBLY]: the assembly is a ${ASSEMBLY_HELP}`)
    .usage('[options] [METHOD] <path or URL> [assembly]')
    .option('-H, --header <header>', "header of the request, 'name: value'; can be given several times", gather)
    .option('--host <host>', 'host of the request (default: a host that no route names)')
    .addOption(new Option('--scheme <scheme>', 'scheme of the request (default: that of the listener)').choices(['http', 'https']))
    .option('--port <port>', 'port the request comes in on (default: the first that fits)', readPort)
    .option('--client <address>', 'address of the client as the proxies see it (default: one that is let in)')
    .option('--grpc', 'a gRPC call: the path is /package.Service/Method, headers are its metadata')
    .addOption(new Option('--gateway <gateway>', 'gateway the request enters by (default: the only one)').conflicts('from'))
    .option('--from <service>', 'service that makes the call; --host or the URL names the called one')
    .option('--mesh <mesh>', 'mesh that is asked, where the assembly has several')
    .option('--json', 'print JSON');
}
