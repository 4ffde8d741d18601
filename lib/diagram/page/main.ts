/** The page's program: reads the model that lies in the page, draws it, and answers requests. Bundled into `page.bundle.js`. */
import { byId } from './dom';
import { Page } from './page';
import type { TrafficModel } from '../../model/traffic-model';
import { Simulator } from '../../simulator';

const model = JSON.parse(byId('model').textContent ?? '') as TrafficModel;
new Page(new Simulator(model)).start();
