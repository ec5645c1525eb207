namespace Weft.Observability.Traces.Embedded;

/// <summary>
/// A Bloom filter of 256 bits over the tags of a trace: "surely not" or "perhaps". It spares a search the look at most spans.
/// </summary>
internal struct TagFilter
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public void Add(string key, string value)
    {
        var (word, bits) = Mask(key, value);
        switch (word)
        {
            case 0: _a |= bits; break;
            case 1: _b |= bits; break;
            case 2: _c |= bits; break;
            default: _d |= bits; break;
        }
    }

    public readonly bool MayHave(string key, string value)
    {
        var (word, bits) = Mask(key, value);
        var held = word switch { 0 => _a, 1 => _b, 2 => _c, _ => _d };
        return (held & bits) == bits;
    }

    private static (int Word, ulong Bits) Mask(string key, string value)
    {
        var hash = (uint)HashCode.Combine(key, value);
        return ((int)(hash >> 30), (1UL << (int)(hash & 63)) | (1UL << (int)((hash >> 6) & 63)));
    }
}
