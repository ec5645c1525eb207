using System.Text.RegularExpressions;

namespace Weft.Runtime.RecordedCommands;

/// <summary>Takes out of kubectl's output what differs between two runs against the same server: ages, times, identities, generated names, addresses, and the width of columns that follows from them.</summary>
internal static partial class CommandText
{
    public static string Normalize(string text)
    {
        text = Uid.Replace(text, "UID");
        text = Time.Replace(text, "TIME");
        text = LongTime.Replace(text, "TIME");
        text = Folder.Replace(text, "<tmp>/$1");
        text = Jwt.Replace(text, "<jwt>");
        text = Server.Replace(text, "127.0.0.1:6443");
        text = PodHash.Replace(text, "$1-HASH");
        text = Generated.Replace(text, "-GEN");
        text = Address.Replace(text, "$1IP");
        text = Revision.Replace(text, "$1N");
        text = Age.Replace(text, "AGE");
        text = Spaces.Replace(text, "  ");
        text = Rule.Replace(text, "--");
        return string.Join('\n', text.Split('\n').Select(line => line.TrimEnd()).Where(line => !OfTheFork.IsMatch(line)));
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid { get; }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+]\d{4}( UTC)?")]
    private static partial Regex Time { get; }

    [GeneratedRegex(@"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")]
    private static partial Regex LongTime { get; }

    [GeneratedRegex(@"(?:<tmp>|/tmp)/(LIVE|MERGED)-[N\d]+")]
    private static partial Regex Folder { get; }

    [GeneratedRegex(@"eyJ[\w-]+\.[\w-]+\.[\w-]+")]
    private static partial Regex Jwt { get; }

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Server { get; }

    /// <summary>The hash of a template is of Go's own making; what follows it names the pod.</summary>
    [GeneratedRegex(@"\b(web|other)-[0-9a-z]{6,10}(-[a-z0-9]{5})?\b|(?<=pod-template-hash=)[0-9a-z]{6,10}")]
    private static partial Regex PodHash { get; }

    [GeneratedRegex(@"-[bcdfghjklmnpqrstvwxz2456789]{5}\b")]
    private static partial Regex Generated { get; }

    [GeneratedRegex(@"(^|[\s:,])(10|127)\.\d+\.\d+\.\d+(?!:6443)\b")]
    private static partial Regex Address { get; }

    [GeneratedRegex(@"(resourceVersion(?:: |"": |\\"":)\\?""?|Resource Version: +)\d+")]
    private static partial Regex Revision { get; }

    [GeneratedRegex(@"(?<=[\s(])(\d+d)?(\d+h)?(\d+m)?\d+[smhd](?=[\s)]|$)")]
    private static partial Regex Age { get; }

    [GeneratedRegex(@" {2,}")]
    private static partial Regex Spaces { get; }

    [GeneratedRegex(@"-{3,}")]
    private static partial Regex Rule { get; }

    [GeneratedRegex(@"openshift-service-ca\.crt")]
    private static partial Regex OfTheFork { get; }
}
