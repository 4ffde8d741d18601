// the CDK's own template validator costs 2 to 4 seconds per test file; the conformance tier switches it on
process.env.CDK_VALIDATION = 'false';
