/** Cookies that keep a client at a pod. */
import { kindOf } from '../../arrival';
import { finding, versionProperty, type Rule } from '../rule';

const COOKIE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Reports MESH111 for a cookie that no browser takes, and for one of connections. */
export const stickinessRule: Rule = {
  name: 'stickiness',
  service: ({ versions, ports }) => versions.flatMap((version) => {
    const { stickiness, origin } = version;
    if (stickiness === undefined) return [];
    const report = (value: string | number, what: string, fix: string) => [finding('MESH111', { origin, property: versionProperty(version, 'stickiness'), value }, what, fix)];
    return [
      ...(COOKIE.test(stickiness.cookie) ? [] : report(stickiness.cookie, `'${stickiness.cookie}' is no name of a cookie`, "use letters, digits and hyphens, for example 'shop-session'")),
      ...(stickiness.ttlMs >= 0 && stickiness.ttlMs % 1000 === 0 ? [] : report(`${stickiness.ttlMs}ms`, 'browsers count the life of a cookie in whole seconds', 'give whole seconds')),
      ...(ports.some(({ protocol }) => kindOf(protocol) !== 'tcp') ? [] : report(stickiness.cookie, 'connections carry no cookies, and the service speaks nothing else', 'leave stickiness out')),
    ];
  }),
};
