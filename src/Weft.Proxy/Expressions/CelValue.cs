using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Formatting;

namespace Weft.Proxy.Expressions;

/// <summary>Something with named members, such as the headers of a request.</summary>
internal delegate object? CelMap(string key);

/// <summary>Operations on CEL values. Null is an absent value, and makes what is computed from it absent.</summary>
internal static class CelValue
{
    public static object? Select(object? target, string name) => target switch
    {
        CelMap map => map(name),
        Struct fields => fields.Fields.TryGetValue(name, out var value) ? Of(value) : null,
        _ => null,
    };

    public static object? Index(object? target, object? key) => (target, key) switch
    {
        (CelMap or Struct, string name) => Select(target, name),
        (List<object?> list, double index) when index >= 0 && index < list.Count => list[(int)index],
        _ => null,
    };

    public static object? Compare(string comparison, object? left, object? right) => (comparison, left, right) switch
    {
        (_, null, _) or (_, _, null) => null,
        ("==", _, _) => AreEqual(left, right),
        ("!=", _, _) => !AreEqual(left, right),
        ("in", _, List<object?> list) => list.Any(item => item is not null && AreEqual(left, item)),
        ("in", string key, CelMap or Struct) => Select(right, key) is not null,
        (_, double first, double second) => Ordered(comparison, first.CompareTo(second)),
        (_, string first, string second) => Ordered(comparison, string.CompareOrdinal(first, second)),
        _ => null,
    };

    public static object? Calculate(string operation, object? left, object? right) => (operation, left, right) switch
    {
        ("+", double first, double second) => first + second,
        ("+", string first, string second) => first + second,
        ("-", double first, double second) => first - second,
        ("*", double first, double second) => first * second,
        ("/", double first, double second) when second != 0 => first / second,
        ("%", double first, double second) when second != 0 => first % second,
        _ => null,
    };

    public static string? Text(object? value) => value switch
    {
        string text => text,
        double number => ValueText.Number(number),
        bool flag => flag ? "true" : "false",
        Struct fields => ValueText.Json(Value.ForStruct(fields)),
        _ => null,
    };

    public static double? Number(object? value) => value switch
    {
        double number => number,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) => parsed,
        _ => null,
    };

    public static object? Of(Value? value) => value?.KindCase switch
    {
        Value.KindOneofCase.StringValue => value.StringValue,
        Value.KindOneofCase.NumberValue => value.NumberValue,
        Value.KindOneofCase.BoolValue => value.BoolValue,
        Value.KindOneofCase.StructValue => value.StructValue,
        Value.KindOneofCase.ListValue => value.ListValue.Values.Select(Of).ToList(),
        _ => null,
    };

    private static bool AreEqual(object left, object right) => left is List<object?> first && right is List<object?> second ? first.SequenceEqual(second) : left.Equals(right);

    private static object? Ordered(string comparison, int order) => comparison switch
    {
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        ">=" => order >= 0,
        _ => null,
    };
}
