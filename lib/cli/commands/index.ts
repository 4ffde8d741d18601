/**
 * The commands, in the order of the help. A command is one file with a `register` function: it says its arguments and options, and loads
 * what it works with in its action, so that help and the small commands start fast.
 */
import type { Command } from 'commander';
import { registerCheck } from './check';
import { registerDiagram } from './diagram';
import { registerDiff } from './diff';
import { registerExplain } from './explain';
import { registerPreview } from './preview';
import { registerSimulate } from './simulate';
import type { Io } from '../io';

/** Adds a command to the program, with `program.command(...)`: that hands down how errors are said. */
export type Register = (program: Command, io: Io) => void;

/** Every command. */
export const COMMANDS: readonly Register[] = [registerSimulate, registerExplain, registerDiff, registerCheck, registerPreview, registerDiagram];
