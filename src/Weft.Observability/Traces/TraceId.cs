using System.Buffers.Binary;
using System.Globalization;

namespace Weft.Observability.Traces;

/// <summary>The 128-bit name of a trace. Its text is Jaeger's: 16 hexadecimal digits when the upper half is zero, else 32.</summary>
public readonly record struct TraceId(ulong High, ulong Low)
{
    public bool IsZero => High == 0 && Low == 0;

    /// <summary>Reads 1 to 32 hexadecimal digits; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TraceId id)
    {
        id = default;
        if (text.Length is 0 or > 32)
            return false;
        var split = Math.Max(0, text.Length - 16);
        ulong high = 0;
        if (!ulong.TryParse(text[split..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low)
            || (split > 0 && !ulong.TryParse(text[..split], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out high)))
        {
            return false;
        }

        id = new TraceId(high, low);
        return true;
    }

    /// <summary>Reads the 16 bytes of OTLP; false for another length.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TraceId id)
    {
        id = bytes.Length == 16 ? new TraceId(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..])) : default;
        return bytes.Length == 16;
    }

    /// <summary>The 16 bytes of OTLP.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
    }

    public override string ToString() => High == 0 ? $"{Low:x16}" : $"{High:x16}{Low:x16}";
}

/// <summary>The 64-bit name of a span within its trace; zero is "none". Its text has 16 hexadecimal digits.</summary>
public readonly record struct SpanId(ulong Value)
{
    public bool IsZero => Value == 0;

    /// <summary>Reads 1 to 16 hexadecimal digits; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SpanId id)
    {
        var read = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value);
        id = new SpanId(value);
        return read;
    }

    /// <summary>Reads the 8 bytes of OTLP; false for another length.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SpanId id)
    {
        id = bytes.Length == 8 ? new SpanId(BinaryPrimitives.ReadUInt64BigEndian(bytes)) : default;
        return bytes.Length == 8;
    }

    /// <summary>The 8 bytes of OTLP.</summary>
    public void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt64BigEndian(bytes, Value);

    public override string ToString() => $"{Value:x16}";
}
