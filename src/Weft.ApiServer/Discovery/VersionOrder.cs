using System.Globalization;
using System.Text.RegularExpressions;

namespace Weft.ApiServer.Discovery;

/// <summary>Kubernetes' order of API versions: stable before beta before alpha, higher numbers first, others last.</summary>
internal static partial class VersionOrder
{
    public static Comparer<string> Comparer { get; } = Comparer<string>.Create(static (a, b) =>
    {
        var (left, right) = (Rank(a), Rank(b));
        var byRank = right.CompareTo(left);
        return byRank != 0 ? byRank : string.CompareOrdinal(a, b);
    });

    private static (int Stage, int Major, int Minor) Rank(string version)
    {
        var match = Pattern.Match(version);
        if (!match.Success) return (0, 0, 0);
        var major = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        var stage = match.Groups[2].Value switch { "" => 3, "beta" => 2, _ => 1 };
        var minor = match.Groups[3].Value is { Length: > 0 } number ? int.Parse(number, CultureInfo.InvariantCulture) : 0;
        return (stage, major, minor);
    }

    [GeneratedRegex(@"\Av(\d{1,4})(?:(alpha|beta)(\d{1,4}))?\z")]
    private static partial Regex Pattern { get; }
}
