/** What happens to clusters, chosen by a seed. */
package io.skipstone.chaos.nemesis;
