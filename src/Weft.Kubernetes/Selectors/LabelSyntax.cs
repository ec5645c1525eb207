using System.Text.RegularExpressions;

namespace Weft.Kubernetes.Selectors;

/// <summary>What a label's key and value may look like. Each rule gives what is wrong in Kubernetes' words, and nothing for what is right.</summary>
public static partial class LabelSyntax
{
    private const int LongestPart = 63;
    private const int LongestSubdomain = 253;

    private const string NamePart =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string SubdomainMessage =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string ValueMessage =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    /// <summary>A name, or a DNS subdomain, a slash and a name: keys of labels and annotations, finalizers.</summary>
    public static IEnumerable<string> Key(string key)
    {
        var parts = key.Split('/');
        if (parts.Length > 2)
        {
            yield return $"a qualified name {NamePart} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }

        if (parts.Length == 2)
        {
            if (parts[0].Length == 0) yield return "prefix part must be non-empty";
            else
                foreach (var message in Subdomain(parts[0])) yield return $"prefix part {message}";
        }

        var name = parts[^1];
        if (name.Length == 0) yield return "name part must be non-empty";
        else if (name.Length > LongestPart) yield return $"name part must be no more than {LongestPart} bytes";
        if (!NamePattern.IsMatch(name)) yield return $"name part {NamePart}";
    }

    public static IEnumerable<string> Value(string value)
    {
        if (value.Length > LongestPart) yield return $"must be no more than {LongestPart} bytes";
        if (!ValuePattern.IsMatch(value)) yield return ValueMessage;
    }

    /// <summary>RFC 1123: the prefix of a key, and most objects' names.</summary>
    public static IEnumerable<string> Subdomain(string name)
    {
        if (name.Length > LongestSubdomain) yield return $"must be no more than {LongestSubdomain} characters";
        if (!SubdomainPattern.IsMatch(name)) yield return SubdomainMessage;
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex SubdomainPattern { get; }

    [GeneratedRegex(@"\A(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex ValuePattern { get; }

    [GeneratedRegex(@"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern { get; }
}
