/** Judges histories: could one store, doing one action after the other, have given these answers? */
package io.skipstone.chaos.check;
