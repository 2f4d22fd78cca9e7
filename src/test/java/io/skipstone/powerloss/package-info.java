/** Power loss, simulated: what a process did to its files, and what a disk might keep of it. */
package io.skipstone.powerloss;
