/** Preloaded into a dispatcher: it stops itself at places, and writes on calls that another one has taken over. */
import './stop-at-points.ts';
import '../sabotage/without-fence.ts';
