/** Server processes that form a group, and what can be done to them. */
package io.skipstone.chaos.cluster;
