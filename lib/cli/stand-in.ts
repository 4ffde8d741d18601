/** The host that stands for all that no route names, where a request leaves the host open: nobody wrote it, so nobody should read it. */
import { ANY_OTHER_HOST } from '../simulator/gateway-entrance';

/** After a method: there it is the request's own. Behind a redirect it is the answer's, whose scheme counts. */
const URL = new RegExp(`(?<=\\b(?:[A-Z]+|gRPC) )https?://${ANY_OTHER_HOST.replaceAll('.', '\\.')}(?=/)`, 'g');

/** A text with that host named: `GET http://any-other-host.invalid/a` becomes `GET /a`, and in any other place it is `<any other host>`. */
export function withoutStandIn(text: string): string {
  return withoutStandInUrl(text).replaceAll(ANY_OTHER_HOST, '<any other host>');
}

/** As `withoutStandIn`, for texts in which a `<` would begin a tag: only whole URLs are shortened. */
export function withoutStandInUrl(text: string): string {
  return text.replace(URL, '');
}
