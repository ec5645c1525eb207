using Weft.Istio.Admission.Syntax;
using Weft.Istio.Mesh;

namespace Weft.Istio.Admission.Checks;

/// <summary>Numbers, durations, ports and expressions. Each method gives what is wrong, or null.</summary>
internal static class Values
{
    private const int LongestExpression = 1024;

    public static string? Port(double number) =>
        number is >= 1 and <= 65535 ? null : $"port number {GoText.Integer(number)} must be in the range 1..65535";

    public static string? PortName(string name) => Hosts.IsLabel(name) ? null : $"invalid port name: {name}";

    /// <summary>Empty means that the proxy finds out.</summary>
    public static string? Protocol(string protocol) => protocol.Length == 0 || IsProtocol(protocol) ? null : $"unsupported protocol: {protocol}";

    public static bool IsProtocol(string protocol) =>
        PortProtocols.Parse(protocol) != PortProtocol.Unknown || protocol.Equals("hbone", StringComparison.OrdinalIgnoreCase);

    /// <summary>At least, and in steps of, one millisecond; null is none.</summary>
    public static string? Duration(TimeSpan? duration) => duration is not { } given ? null
        : given < TimeSpan.FromMilliseconds(1) ? "duration must be greater than 1ms"
        : given.Ticks % TimeSpan.TicksPerMillisecond != 0 ? "only durations to ms precision are supported"
        : null;

    /// <summary>A whole number of percent.</summary>
    public static string? Percent(double value) => value is >= 0 and <= 100 ? null : $"percentage {GoText.Integer(value)} is not in range 0..100";

    /// <summary>A Percent message: a share that Envoy can express.</summary>
    public static string? Percentage(Spec percent)
    {
        var value = percent.Number("value");
        return value is 0 or (>= 0.0001 and <= 100) ? null : $"percentage {GoText.Number(value)} is neither 0.0, nor in range [0.0001, 100.0]";
    }

    /// <summary>A StringMatch; an empty prefix would match everything.</summary>
    public static string? StringMatch(Spec match, string where) =>
        match.Has("prefix") && match.Text("prefix").Length == 0 ? $"\"{where}\": prefix string match should not be empty" : RegexOf(match, where);

    /// <summary>The regular expression of a StringMatch, if it is one.</summary>
    public static string? RegexOf(Spec match, string where) => !match.Has("regex") ? null
        : match.Text("regex").Length == 0 ? $"\"{where}\": regex string match should not be empty"
        : Regex(match.Text("regex"), where);

    public static string? Regex(string expression, string where) =>
        System.Text.Encoding.UTF8.GetByteCount(expression) > LongestExpression ? $"\"{where}\": regex is too large, max length allowed is 1024"
        : Re2Syntax.Error(expression) is { } problem ? $"\"{where}\": {problem}; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)"
        : null;
}
