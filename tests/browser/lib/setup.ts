import { prepare } from './stack';

export default prepare;
