/** Clusters of real processes that are disturbed while clients work, and whose answers are judged afterwards. */
package io.skipstone.chaos;
