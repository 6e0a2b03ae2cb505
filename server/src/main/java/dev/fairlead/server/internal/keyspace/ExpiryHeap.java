package dev.fairlead.server.internal.keyspace;

import java.util.Arrays;

/** The entries of one database that expire, the next one on top; each entry knows its place, so any can leave in O(log n). */
final class ExpiryHeap {
    private Entry[] heap = new Entry[16];
    private int size;
    private double sumOfMillis;

    int size() {
        return size;
    }

    Entry first() {
        return size == 0 ? null : heap[0];
    }

    /** Mean of the remaining times, in milliseconds; 0 when there are none. */
    long meanTtl(long nowMillis) {
        return size == 0 ? 0 : (long) Math.max(0, sumOfMillis / size - nowMillis);
    }

    void add(Entry entry) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size << 1);
        }
        sumOfMillis += entry.expireAtMillis;
        place(entry, size++);
        siftUp(entry);
    }

    void remove(Entry entry) {
        sumOfMillis -= entry.expireAtMillis;
        Entry last = heap[--size];
        heap[size] = null;
        if (last != entry) {
            place(last, entry.heapIndex);
            siftUp(last);
            siftDown(last);
        } else if (size == 0) {
            sumOfMillis = 0; // Rounding must not pile up over the life of a server.
        }
    }

    private void place(Entry entry, int index) {
        heap[index] = entry;
        entry.heapIndex = index;
    }

    private void siftUp(Entry entry) {
        int i = entry.heapIndex;
        while (i > 0 && heap[i - 1 >> 1].expireAtMillis > entry.expireAtMillis) {
            place(heap[i - 1 >> 1], i);
            i = i - 1 >> 1;
        }
        place(entry, i);
    }

    private void siftDown(Entry entry) {
        int i = entry.heapIndex;
        while (true) {
            int child = 2 * i + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && heap[child + 1].expireAtMillis < heap[child].expireAtMillis) {
                child++;
            }
            if (heap[child].expireAtMillis >= entry.expireAtMillis) {
                break;
            }
            place(heap[child], i);
            i = child;
        }
        place(entry, i);
    }
}
