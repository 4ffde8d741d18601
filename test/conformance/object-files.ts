/** Lays the objects of programs out as files for tools that read folders: `<target>/<app-mesh|native>/<program>/<nr>-<kind>-<name>.json`. */
import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { isAppMesh } from '../schemas/check-schema';
import type { Program } from '../schemas/programs';

/** Folders that were written: one for each program that has objects of the group. */
export interface ObjectFiles {
  readonly appMesh: readonly string[];
  readonly native: readonly string[];
  /** Number of objects in both. */
  readonly count: number;
}

/** Writes the objects of all programs. */
export function writeObjects(programs: readonly Pick<Program, 'title' | 'objects'>[], target: string): ObjectFiles {
  const folders = { 'app-mesh': new Set<string>(), 'native': new Set<string>() };
  for (const { title, objects } of programs) {
    objects.forEach((object, i) => {
      const group = isAppMesh(object) ? 'app-mesh' : 'native';
      const folder = join(target, group, title.replace(/[^\w-]+/g, '-'));
      mkdirSync(folder, { recursive: true });
      folders[group].add(folder);
      const name = `${String(i).padStart(4, '0')}-${object.kind}-${object.metadata.name}.json`;
      writeFileSync(join(folder, name), JSON.stringify(object, undefined, 2));
    });
  }
  const count = programs.reduce((sum, { objects }) => sum + objects.length, 0);
  return { appMesh: [...folders['app-mesh']], native: [...folders.native], count };
}
