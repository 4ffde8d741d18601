/** A request that names no host is asked with one that stands for any other; nobody wrote it, so no text shows it. */
import { ANY_OTHER_HOST } from '../../simulator/gateway-entrance';

const ORIGIN = new RegExp(`(?<=[A-Za-z] )https?://${ANY_OTHER_HOST.replaceAll('.', '\\.')}(?::\\d+)?(?=/)`, 'g');

/** `GET http://<stand-in>/products` becomes `GET /products`; elsewhere the host becomes `<any other host>`. */
export function withoutStandIn(text: string): string {
  return text.replace(ORIGIN, '').replaceAll(ANY_OTHER_HOST, '<any other host>');
}
