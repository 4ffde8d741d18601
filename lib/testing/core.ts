/** What every face of routing tests needs: the matchers of jest, and the class for other languages. */
export { MeshHandle, meshIn } from './asking/mesh-handle';
export { placeOf } from './asking/live';
export { ask } from './asking/subject';
export { judge, type Judgement } from './judge';
export { describeWay } from './report/failure';
export { judgeAnswers } from './structure/answers';
export { CoverageLog } from './structure/coverage';
export { judgeCoverage } from './structure/coverage-report';
export { judgePreviews, judgeShadows } from './structure/findings';
