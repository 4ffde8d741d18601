/** Sharing with scripts of other sites, in the fields that the CORS filter of an HTTPRoute and policies of meshes have in common. */
import { originText, type Cors } from '../../model/guards';
import { defined, filled } from '../defined';

/** All but how long a browser remembers it, which each writes in its own unit. */
export function corsFields({ origins, methods, headers, exposedHeaders, credentials }: Cors): object {
  return defined({
    allowOrigins: origins.map(originText), allowCredentials: credentials ? true : undefined, allowMethods: filled(methods), allowHeaders: filled(headers),
    exposeHeaders: filled(exposedHeaders),
  });
}
