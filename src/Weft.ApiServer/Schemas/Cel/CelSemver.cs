using System.Globalization;
using System.Text.RegularExpressions;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>A semantic version (2.0.0).</summary>
internal sealed partial record CelSemver(long Major, long Minor, long Patch, string PreRelease) : ICelObject, IComparable<CelSemver>
{
    public string TypeName => "kubernetes.Semver";

    /// <summary>Lenient also takes a leading v, missing parts and leading zeros. Null for what is no version.</summary>
    public static CelSemver? Parse(string text, bool lenient)
    {
        if (lenient) text = text.Trim().TrimStart('v');
        var match = Form.Match(text);
        if (!match.Success) return null;
        var parts = match.Groups[1].Value.Split('.');
        if (!lenient && (parts.Length != 3 || parts.Any(p => p.Length > 1 && p[0] == '0'))) return null;
        var numbers = new long[3];
        for (var i = 0; i < parts.Length; i++)
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return null;
        return new CelSemver(numbers[0], numbers[1], numbers[2], match.Groups[2].Value);
    }

    public int CompareTo(CelSemver? other)
    {
        if (other is null) return 1;
        var numbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (numbers != 0 || PreRelease == other.PreRelease) return numbers;
        if (PreRelease.Length == 0) return 1;
        return other.PreRelease.Length == 0 ? -1 : ComparePreRelease(PreRelease.Split('.'), other.PreRelease.Split('.'));
    }

    public override string ToString() => $"{Major}.{Minor}.{Patch}{(PreRelease.Length > 0 ? "-" + PreRelease : "")}";

    private static int ComparePreRelease(string[] left, string[] right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var (a, b) = (left[i].All(char.IsAsciiDigit), right[i].All(char.IsAsciiDigit));
            var order = a && b ? left[i].Length != right[i].Length ? left[i].Length.CompareTo(right[i].Length) : string.CompareOrdinal(left[i], right[i])
                : a != b ? a ? -1 : 1 : string.CompareOrdinal(left[i], right[i]);
            if (order != 0) return order;
        }

        return left.Length.CompareTo(right.Length);
    }

    [GeneratedRegex(@"\A(\d+(?:\.\d+){0,2})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form { get; }
}
