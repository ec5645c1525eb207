using System.Globalization;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>Equality, order and arithmetic of CEL values.</summary>
internal static class CelOperators
{
    public static new bool Equals(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
        (CelList a, CelList b) => SameItems(a, b),
        (CelMap a, CelMap b) => a.Count == b.Count && a.Keys.All(k => a.TryGet(k, out var x) && b.TryGet(k, out var y) && Equals(x, y)),
        (CelOptional a, CelOptional b) => a.HasValue == b.HasValue && Equals(a.Value, b.Value),
        _ => IsNumber(left) && IsNumber(right) ? CompareNumbers(left, right) == 0 : left.Equals(right),
    };

    /// <summary>Negative, zero, positive; null when the two have no order (NaN). Throws when their types have none.</summary>
    public static int? Compare(object? left, object? right) => (left, right) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) => a.CompareTo(b),
        (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
        (CelDuration a, CelDuration b) => a.Nanoseconds.CompareTo(b.Nanoseconds),
        (CelTimestamp a, CelTimestamp b) => a.Time.CompareTo(b.Time),
        _ when IsNumber(left) && IsNumber(right) => CompareNumbers(left!, right!),
        _ => throw CelException.NoOverload(),
    };

    public static object? Arithmetic(string operation, object? left, object? right)
    {
        try
        {
            return (left, right) switch
            {
                (long a, long b) => Whole(operation, a, b),
                (ulong a, ulong b) => Unsigned(operation, a, b),
                (double a, double b) => Real(operation, a, b),
                (string a, string b) when operation == "_+_" => a + b,
                (byte[] a, byte[] b) when operation == "_+_" => a.Concat(b).ToArray(),
                (CelList a, CelList b) when operation == "_+_" => Join(a, b),
                (CelDuration a, CelDuration b) when operation is "_+_" or "_-_" => new CelDuration(Whole(operation, a.Nanoseconds, b.Nanoseconds)),
                (CelTimestamp a, CelDuration b) when operation is "_+_" or "_-_" => new CelTimestamp(a.Time.AddTicks((operation == "_+_" ? 1 : -1) * b.Nanoseconds / 100)),
                (CelDuration a, CelTimestamp b) when operation == "_+_" => new CelTimestamp(b.Time.AddTicks(a.Nanoseconds / 100)),
                (CelTimestamp a, CelTimestamp b) when operation == "_-_" => new CelDuration(checked((a.Time - b.Time).Ticks * 100)),
                _ => throw CelException.NoOverload(),
            };
        }
        catch (OverflowException)
        {
            throw new CelException(left switch { ulong => "unsigned integer overflow", CelDuration => "duration overflow", CelTimestamp => "timestamp overflow", _ => "integer overflow" });
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new CelException("timestamp overflow");
        }
    }

    public static object Negate(object? value) => value switch
    {
        long.MinValue => throw new CelException("integer overflow"),
        long whole => -whole,
        double real => -real,
        CelDuration span => new CelDuration(-span.Nanoseconds),
        _ => throw CelException.NoOverload(),
    };

    /// <summary>A key under which equal numbers of all types meet.</summary>
    public static object Key(object key) => key switch
    {
        ulong whole when whole <= long.MaxValue => (long)whole,
        double real when real == Math.Floor(real) && Math.Abs(real) < 9e18 => (long)real,
        _ => key,
    };

    public static bool IsNumber(object? value) => value is long or ulong or double;

    private static int? CompareNumbers(object left, object right) => (left, right) switch
    {
        (double a, _) when double.IsNaN(a) => null,
        (_, double b) when double.IsNaN(b) => null,
        (double a, double b) => a.CompareTo(b),
        (double a, _) => a.CompareTo(Convert.ToDouble(right, CultureInfo.InvariantCulture)),
        (_, double b) => Convert.ToDouble(left, CultureInfo.InvariantCulture).CompareTo(b),
        _ => Convert.ToDecimal(left, CultureInfo.InvariantCulture).CompareTo(Convert.ToDecimal(right, CultureInfo.InvariantCulture)),
    };

    private static long Whole(string operation, long a, long b) => operation switch
    {
        "_+_" => checked(a + b),
        "_-_" => checked(a - b),
        "_*_" => checked(a * b),
        "_/_" => b == 0 ? throw new CelException("division by zero") : checked(a / b),
        _ => b == 0 ? throw new CelException("modulus by zero") : b == -1 ? 0 : a % b,
    };

    private static ulong Unsigned(string operation, ulong a, ulong b) => operation switch
    {
        "_+_" => checked(a + b),
        "_-_" => checked(a - b),
        "_*_" => checked(a * b),
        "_/_" => b == 0 ? throw new CelException("division by zero") : a / b,
        _ => b == 0 ? throw new CelException("modulus by zero") : a % b,
    };

    private static double Real(string operation, double a, double b) => operation switch
    {
        "_+_" => a + b,
        "_-_" => a - b,
        "_*_" => a * b,
        "_/_" => a / b,
        _ => throw CelException.NoOverload(),
    };

    private static bool SameItems(CelList a, CelList b)
    {
        if (a.Count != b.Count) return false;
        if (ListKindOf(a) == ListKind.Atomic || ListKindOf(b) == ListKind.Atomic) return a.Items.Zip(b.Items).All(p => Equals(p.First, p.Second));
        return a.Items.All(x => b.Items.Any(y => Equals(x, y)));
    }

    private static ListKind ListKindOf(CelList list) => list.Schema?.ListKind ?? ListKind.Atomic;

    /// <summary>Sets join as sets, keyed lists by their keys: the right side's item stands in the left one's place.</summary>
    private static CelList Join(CelList a, CelList b)
    {
        if (ListKindOf(a) == ListKind.Set) return new CelList([.. a.Items, .. b.Items.Where(y => !a.Items.Any(x => Equals(x, y)))], a.Schema);
        if (ListKindOf(a) != ListKind.Map) return new CelList([.. a.Items, .. b.Items], a.Schema);
        var result = a.Items.ToList();
        foreach (var item in b.Items)
        {
            var at = result.FindIndex(x => SameKeys(x, item, a.Schema!.ListMapKeys));
            if (at >= 0) result[at] = item;
            else result.Add(item);
        }

        return new CelList(result, a.Schema);
    }

    private static bool SameKeys(object? a, object? b, IReadOnlyList<string> keys) =>
        a is CelMap x && b is CelMap y && keys.All(k => Equals(x.TryGet(k, out var p) ? p : null, y.TryGet(k, out var q) ? q : null));
}
