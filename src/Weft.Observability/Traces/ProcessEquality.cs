namespace Weft.Observability.Traces;

/// <summary>Processes are the same when service name and all tags are.</summary>
internal sealed class ProcessEquality : IEqualityComparer<SpanProcess>
{
    public static readonly ProcessEquality Instance = new();

    public bool Equals(SpanProcess? x, SpanProcess? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && x.ServiceName == y.ServiceName && x.Tags.AsSpan().SequenceEqual(y.Tags.AsSpan()));

    public int GetHashCode(SpanProcess process)
    {
        var hash = new HashCode();
        hash.Add(process.ServiceName);
        foreach (var tag in process.Tags)
            hash.Add(tag);
        return hash.ToHashCode();
    }
}
