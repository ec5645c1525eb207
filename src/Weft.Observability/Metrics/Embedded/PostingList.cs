namespace Weft.Observability.Metrics.Embedded;

/// <summary>Series in order of their ids. One writer appends; readers take a consistent prefix without a lock.</summary>
internal sealed class PostingList
{
    private StoredSeries[] _series = new StoredSeries[4];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public ReadOnlySpan<StoredSeries> Series
    {
        get
        {
            // The count first: the array read after it holds at least as many.
            var count = Volatile.Read(ref _count);
            return Volatile.Read(ref _series).AsSpan(0, count);
        }
    }

    public void Add(StoredSeries series)
    {
        if (_count == _series.Length)
        {
            var larger = new StoredSeries[_count * 2];
            _series.CopyTo(larger, 0);
            Volatile.Write(ref _series, larger);
        }

        _series[_count] = series;
        Volatile.Write(ref _count, _count + 1);
    }
}
