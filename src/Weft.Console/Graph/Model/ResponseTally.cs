namespace Weft.Console.Graph.Model;

/// <summary>Rates of an edge by response code, and per code by Envoy's response flags and by requested host; sorted, as a graph shows them.</summary>
internal sealed class ResponseTally
{
    private SmallMap<CodeTally> _codes;

    public int Count => _codes.Count;

    /// <summary>The empty code stands for messages of a stream, which are not answered one by one and cannot be judged.</summary>
    public string CodeAt(int index) => _codes.KeyAt(index);

    public CodeTally At(int index) => _codes.ValueAt(index);

    public void Add(string code, string flags, string host, double rate)
    {
        var tally = TallyOf(code);
        tally.Total += rate;
        tally.Hosts.ValueOf(host) += rate;
        if (code.Length > 0)
        {
            tally.Flags.ValueOf(flags) += rate;
        }
    }

    public void Add(ResponseTally other)
    {
        for (var i = 0; i < other.Count; i++)
        {
            var (tally, added) = (TallyOf(other.CodeAt(i)), other.At(i));
            tally.Total += added.Total;
            Add(ref tally.Flags, added.Flags);
            Add(ref tally.Hosts, added.Hosts);
        }
    }

    private static void Add(ref SmallMap<double> rates, in SmallMap<double> other)
    {
        for (var i = 0; i < other.Count; i++)
        {
            rates.ValueOf(other.KeyAt(i)) += other.ValueAt(i);
        }
    }

    private CodeTally TallyOf(string code) => _codes.ValueOf(code) ??= new CodeTally();

    internal sealed class CodeTally
    {
        private SmallMap<double> _flags;
        private SmallMap<double> _hosts;

        public double Total { get; set; }

        public ref SmallMap<double> Flags => ref _flags;

        public ref SmallMap<double> Hosts => ref _hosts;
    }
}
