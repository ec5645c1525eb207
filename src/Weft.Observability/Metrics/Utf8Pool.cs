using System.Text;

namespace Weft.Observability.Metrics;

/// <summary>Gives the same string for the same UTF-8 bytes, so that a thousand series share one <c>source_workload</c>. Not thread-safe.</summary>
internal sealed class Utf8Pool
{
    private readonly Dictionary<byte[], string> _strings;
    private readonly Dictionary<byte[], string>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    public Utf8Pool()
    {
        _strings = new(Utf8Comparer.Instance);
        _lookup = _strings.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";
        if (_lookup.TryGetValue(utf8, out var text))
            return text;
        text = Encoding.UTF8.GetString(utf8);
        _strings.Add(utf8.ToArray(), text);
        return text;
    }
}
