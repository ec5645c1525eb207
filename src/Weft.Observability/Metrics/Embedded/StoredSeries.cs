namespace Weft.Observability.Metrics.Embedded;

/// <summary>What became of a sample.</summary>
internal enum AppendOutcome
{
    Added,

    /// <summary>The same time and value again.</summary>
    Repeated,

    /// <summary>Another value for a time that has one; the first stays.</summary>
    Duplicate,

    /// <summary>Older than the newest sample.</summary>
    OutOfOrder,

    /// <summary>The series has left the store; look it up again.</summary>
    Dropped,
}

/// <summary>The samples of one series. The store serializes writers of a series; readers take no lock.</summary>
internal sealed class StoredSeries(int id, LabelSet labels)
{
    // The object, its entries in the index and its own share of label texts: 100,008 series of a mesh, with 20 labels each, were measured to
    // take 880 bytes apiece (bench/results/metrics.md).
    private const int Overhead = 560;

    private SampleChunk[] _chunks = [];

    /// <summary>Grows with creation; postings are in this order.</summary>
    public int Id { get; } = id;

    public LabelSet Labels { get; } = labels;

    public bool IsDropped { get; private set; }

    /// <summary>From old to new. The array is replaced, never changed.</summary>
    public SampleChunk[] Chunks => Volatile.Read(ref _chunks);

    public long MaxTime => Chunks is [.., var last] ? last.MaxTime : long.MinValue;

    public long Size
    {
        get
        {
            long size = Overhead + (16 * Labels.Count);
            foreach (var chunk in Chunks)
                size += chunk.Size;
            return size;
        }
    }

    public bool Overlaps(long from, long to) => Chunks is [var first, ..] chunks && first.MinTime <= to && chunks[^1].MaxTime >= from;

    public void ReadInto(SampleBuffer target, long from, long to)
    {
        foreach (var chunk in Chunks)
        {
            if (chunk.MinTime > to)
                return;
            if (chunk.MaxTime >= from)
                chunk.ReadInto(target, from, to);
        }
    }

    public AppendOutcome Append(long time, double value)
    {
        if (IsDropped)
            return AppendOutcome.Dropped;
        var chunks = Chunks;
        var head = chunks is [.., var last] ? last : null;
        if (head is not null && time <= head.MaxTime)
            return OutcomeOfOld(head, time, value);
        if (head is null || head.IsFull)
        {
            head?.Seal();
            var next = new SampleChunk(time);
            next.Append(time, value);
            Volatile.Write(ref _chunks, [.. chunks, next]);
        }
        else
        {
            head.Append(time, value);
        }

        return AppendOutcome.Added;
    }

    /// <summary>Forgets chunks that end before the time; the head too, if it does. Gives the number of samples that went.</summary>
    public int DropBefore(long time)
    {
        var chunks = Chunks;
        var count = 0;
        var samples = 0;
        while (count < chunks.Length && chunks[count].MaxTime < time)
            samples += chunks[count++].Count;
        if (count > 0)
            Volatile.Write(ref _chunks, chunks[count..]);
        return samples;
    }

    /// <summary>Forgets chunks that end after the time. Gives the number of samples that went.</summary>
    public int DropAfter(long time)
    {
        var chunks = Chunks;
        var kept = chunks.Length;
        var samples = 0;
        while (kept > 0 && chunks[kept - 1].MaxTime > time)
            samples += chunks[--kept].Count;
        if (kept < chunks.Length)
            Volatile.Write(ref _chunks, chunks[..kept]);
        return samples;
    }

    public void MarkDropped() => IsDropped = true;

    private static AppendOutcome OutcomeOfOld(SampleChunk head, long time, double value)
    {
        if (time < head.MaxTime)
            return AppendOutcome.OutOfOrder;
        var same = BitConverter.DoubleToInt64Bits(head.LastValue) == BitConverter.DoubleToInt64Bits(value);
        return same ? AppendOutcome.Repeated : AppendOutcome.Duplicate;
    }
}
