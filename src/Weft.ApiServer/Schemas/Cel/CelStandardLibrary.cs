using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>The operators and functions of the CEL specification.</summary>
internal static class CelStandardLibrary
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(200);

    public static Dictionary<string, CelFunction> Functions { get; } = Build();

    public static Regex Pattern(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchTimeout);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new CelException($"error parsing regexp: {exception.Message}");
        }
    }

    private static Dictionary<string, CelFunction> Build()
    {
        var functions = new Dictionary<string, CelFunction>(StringComparer.Ordinal)
        {
            ["_==_"] = a => CelOperators.Equals(a[0], a[1]),
            ["_!=_"] = a => !CelOperators.Equals(a[0], a[1]),
            ["_<_"] = a => CelOperators.Compare(a[0], a[1]) < 0,
            ["_<=_"] = a => CelOperators.Compare(a[0], a[1]) <= 0,
            ["_>_"] = a => CelOperators.Compare(a[0], a[1]) > 0,
            ["_>=_"] = a => CelOperators.Compare(a[0], a[1]) >= 0,
            ["!_"] = a => !CelEvaluator.Truth(a[0]),
            ["-_"] = a => CelOperators.Negate(a[0]),
            ["@in"] = a => a switch
            {
                [var item, CelList list] => list.Items.Any(i => CelOperators.Equals(i, item)),
                [var key, CelMap map] => map.TryGet(key, out _),
                _ => throw CelException.NoOverload(),
            },
            ["size"] = a => Size(a),
            [".size"] = a => Size(a),
            ["dyn"] = a => a is [var value] ? value : throw CelException.NoOverload(),
            ["type"] = a => a is [var value] ? new CelTypeName(CelFunctions.TypeOf(value)) : throw CelException.NoOverload(),
            ["bool"] = a => a switch
            {
                [bool truth] => truth,
                ["true" or "True" or "TRUE" or "t" or "1"] => true,
                ["false" or "False" or "FALSE" or "f" or "0"] => false,
                [var other] => throw CelException.Conversion(CelFunctions.TypeOf(other), "bool"),
                _ => throw CelException.NoOverload(),
            },
            ["int"] = a => ToInt(a),
            ["uint"] = a => ToUint(a),
            ["double"] = a => a switch
            {
                [double real] => real,
                [long or ulong] => Convert.ToDouble(a[0], CultureInfo.InvariantCulture),
                [string text] when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) => parsed,
                [var other] => throw CelException.Conversion(CelFunctions.TypeOf(other), "double"),
                _ => throw CelException.NoOverload(),
            },
            ["string"] = a => a is [var value] ? CelFunctions.Text(value) : throw CelException.NoOverload(),
            ["bytes"] = a => a switch { [string text] => Encoding.UTF8.GetBytes(text), [byte[] bytes] => bytes, _ => throw CelException.NoOverload() },
            ["matches"] = a => Matches(a),
            [".matches"] = a => Matches(a),
            ["optional.of"] = a => a is [var value] ? new CelOptional(true, value) : throw CelException.NoOverload(),
            ["optional.none"] = _ => CelOptional.None,
            ["optional.ofNonZeroValue"] = a => a is [var value] ? IsZero(value) ? CelOptional.None : new CelOptional(true, value) : throw CelException.NoOverload(),
            [".hasValue"] = a => a is [CelOptional optional] ? optional.HasValue : throw CelException.NoOverload(),
            [".value"] = a => a is [CelOptional optional] ? optional.HasValue ? optional.Value : throw new CelException("optional.none() dereference") : throw CelException.NoOverload(),
            [".orValue"] = a => a is [CelOptional optional, var other] ? optional.HasValue ? optional.Value : other : throw CelException.NoOverload(),
            [".or"] = a => a is [CelOptional optional, CelOptional other] ? optional.HasValue ? optional : other : throw CelException.NoOverload(),
        };
        foreach (var operation in new[] { "_+_", "_-_", "_*_", "_/_", "_%_" }) functions[operation] = a => CelOperators.Arithmetic(operation, a[0], a[1]);
        return functions;
    }

    private static long Size(object?[] arguments) => arguments switch
    {
        [string text] => CelStringLibrary.Length(text),
        [byte[] bytes] => (long)bytes.Length,
        [CelList list] => (long)list.Count,
        [CelMap map] => (long)map.Count,
        _ => throw CelException.NoOverload(),
    };

    private static bool Matches(object?[] arguments) =>
        arguments is [string text, string pattern] ? Pattern(pattern).IsMatch(text) : throw CelException.NoOverload();

    private static long ToInt(object?[] arguments) => arguments switch
    {
        [long whole] => whole,
        [ulong unsigned] => unsigned <= long.MaxValue ? (long)unsigned : throw new CelException("integer overflow"),
        [double real] => real > long.MinValue && real < long.MaxValue ? (long)real : throw new CelException("integer overflow"),
        [CelTimestamp time] => time.Time.ToUnixTimeSeconds(),
        [CelDuration span] => span.Nanoseconds,
        [string text] when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) => parsed,
        [var other] => throw CelException.Conversion(CelFunctions.TypeOf(other), "int"),
        _ => throw CelException.NoOverload(),
    };

    private static ulong ToUint(object?[] arguments) => arguments switch
    {
        [ulong unsigned] => unsigned,
        [long whole] => whole >= 0 ? (ulong)whole : throw new CelException("unsigned integer overflow"),
        [double real] => real is >= 0 and < ulong.MaxValue ? (ulong)real : throw new CelException("unsigned integer overflow"),
        [string text] when ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) => parsed,
        [var other] => throw CelException.Conversion(CelFunctions.TypeOf(other), "uint"),
        _ => throw CelException.NoOverload(),
    };

    private static bool IsZero(object? value) => value switch
    {
        null or false or 0L or 0UL or 0.0 or "" => true,
        byte[] bytes => bytes.Length == 0,
        CelList list => list.Count == 0,
        CelMap map => map.Count == 0,
        CelDuration span => span.Nanoseconds == 0,
        _ => false,
    };
}
