/**
 * Writes every object of every example and case into a folder, for tools outside of this project:
 * `npx ts-node -T --project test/tsconfig.json test/conformance/export-objects.ts FOLDER`
 */
import { writeObjects } from './object-files';
import { allPrograms } from '../schemas/programs';

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error('give the folder to write into');
const { count } = writeObjects(allPrograms(), target);
process.stdout.write(`${count} objects below ${target}\n`);
