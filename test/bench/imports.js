/**
 * CPU time of importing, in a process of its own.
 * Run: node test/bench/imports.js parts | library [--package <directory>]
 * `parts` imports what a mesh needs of aws-cdk-lib and cdk8s; `library` imports the package first, then the same, because the package
 * loads lazily and a program needs these parts in any case.
 */
'use strict';
const { join, resolve } = require('path');
const { parseArgs } = require('util');

const { values, positionals } = parseArgs({ options: { package: { type: 'string' } }, allowPositionals: true });
const start = process.cpuUsage();
if (positionals[0] === 'library') require(resolve(values.package ?? join(__dirname, '../../dist-lib')));
const own = process.cpuUsage(start);

const cdk = require('aws-cdk-lib');
const eks = require('aws-cdk-lib/aws-eks-v2');
const iam = require('aws-cdk-lib/aws-iam');
const cdk8s = require('cdk8s');
// members are loaded at their first use
const used = [cdk.App, cdk.Stack, cdk.Aspects, cdk.Annotations, eks.Cluster, eks.KubernetesManifest, iam.Role, cdk8s.Chart];
if (used.includes(undefined)) throw new Error('a part that the benchmark imports does not exist');

const { user, system } = process.cpuUsage(start);
console.log(JSON.stringify({ ms: (user + system) / 1000, ownMs: (own.user + own.system) / 1000 }));
