package io.skipstone.store;

/** How many rows a slice of work may still look at. */
final class WorkBudget {
    private int left;

    WorkBudget(int rows) {
        left = rows;
    }

    void spend() {
        left--;
    }

    boolean isSpent() {
        return left <= 0;
    }
}
