// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line: every option once, with its help, who takes it and what it does.
include "llvm/Option/OptParser.td"

// The commands, and those who use the library.
def CompileVis : OptionVisibility;
def VerifyVis : OptionVisibility;
def BenchVis : OptionVisibility;
def LibraryVis : OptionVisibility;
def QuantizeVis : OptionVisibility;

defvar everywhere = [CompileVis, VerifyVis, BenchVis, QuantizeVis, LibraryVis];
defvar commands = [CompileVis, VerifyVis, BenchVis, QuantizeVis];
defvar running = [VerifyVis, BenchVis, QuantizeVis];

/// Options under a title of --help.
class Topic<string title> : OptionGroup<title> { string HelpText = title; }

/// -x, -x VALUE, --x=VALUE and -xVALUE; the help of a value names it.
class Word<string prefix, string name> : Flag<[prefix], name>;
class Next<string prefix, string name, string value> : Separate<[prefix], name>, MetaVarName<value>;
class Rest<string prefix, string name, string value> : Joined<[prefix], name>, MetaVarName<value>;

class Of<Topic topic, list<OptionVisibility> takers> {
  OptionGroup Group = topic;
  list<OptionVisibility> Visibility = takers;
}

/// What an option does: `read`, a function of OptionReaders.h, brings its value to a member of
/// Options, or with no place to Options as a whole. What two options set must be the same; a
/// setting NAME= is one for each NAME=…, and none means that there is nothing to contradict.
class Does<string read, string place, string setting = place> {
  code KeyPath = !if(!empty(place), "options", "options." # place);
  code DefaultValue = setting;
  code Normalizer = read;
}

//===- What is written -----------------------------------------------------------===//

def written_topic : Topic<"What is written">;

def o : Next<"-", "o", "FILE">, Of<written_topic, [CompileVis, QuantizeVis]>,
    Does<"readText", "output">, HelpText<
  "libx.a, x.so, x.o: its name says what is made, and gives the model its name in C; the\n"
  "header x.h goes beside it. With -S a folder, with --emit a file of IR.\n"
  "Without -o: libNAME.a in the current folder. quantize writes a model x.onnx (NAME.int8.onnx), or\n"
  "goes on to a library">;
def c : Word<"-", "c">, Of<written_topic, [CompileVis]>,
    Does<"set<Options::Output::Object>", "outputKind">, HelpText<
  "make a relocatable object, NAME.o">;
def S : Word<"-", "S">, Of<written_topic, [CompileVis]>,
    Does<"set<Options::Output::Sources>", "outputKind">, HelpText<
  "make the C++ sources only: a folder that compiles on its own">;
def emit : Rest<"--", "emit=", "PHASE">, Of<written_topic, [CompileVis]>,
    Does<"readPhase", "", "outputKind">, HelpText<
  "stop after a phase and print its IR: import, graph, optimize, quantize, layout, kernels,\n"
  "memory">;
def dump_graph : Rest<"--", "dump-graph=", "FILE.dot|.svg|.txt">, Of<written_topic, [CompileVis]>,
    Does<"readText", "dumpGraph">, HelpText<
  "stop after the phase of --emit (default: import) and write its graph: a node an operation\n"
  "or launch, with names and shapes. SVG takes graphviz's dot">;
def name : Rest<"--", "name=", "NAME">, Of<written_topic, everywhere>,
    Does<"readText", "compile.name">, HelpText<
  "the model's name in C: NAME_run, NAME.h; by default from -o, else from the model's file">;
def weights : Rest<"--", "weights=", "HOW">, Of<written_topic, everywhere>,
    Does<"readWeights", "compile.emit">, HelpText<
  "where the weights are. rodata: in the library, from a binary file that the assembler includes\n"
  "(default); section:NAME: likewise, in a section that a linker script places; array: in the\n"
  "library, as C arrays; file: in NAME.weights beside the library, which the application maps\n"
  "and passes in args, with its size; pointer: the same file, of which args have the address">;
def io : Rest<"--", "io=", "HOW">, Of<written_topic, everywhere>,
    Does<"readInterface", "compile.pipeline.quantizedInterface">, HelpText<
  "what inputs and outputs are. float: as the model says (default); quantized: the integers that\n"
  "it quantises its inputs to and dequantises its outputs from, whose scales and zero points are\n"
  "in the header; verify's and bench's data may be either">;
def MD : Word<"-", "MD">, Of<written_topic, [CompileVis]>,
    Does<"set", "writeDependencies">, HelpText<
  "write a depfile, for make and ninja: the model and its external data">;
def MF : Next<"-", "MF", "FILE">, Of<written_topic, [CompileVis]>,
    Does<"readText", "dependencyFile">, HelpText<
  "the depfile's name; by default the output's with .d">;

//===- The model's open dims -----------------------------------------------------===//

def dims_topic : Topic<"The model's open dims">;

def dim : Next<"--", "dim", "NAME=N|A..B">, Of<dims_topic, everywhere>,
    Does<"readDim", "compile.import.dims", "dim=">, HelpText<
  "pin a named dim (batch=1), or let the caller choose it in a range (batch=1..8)">;
def dim_joined : Rest<"--", "dim=", "NAME=N|A..B">, Alias<dim>, Of<dims_topic, everywhere>;
def shape : Next<"--", "shape", "INPUT=1x3x224x224">, Of<dims_topic, everywhere>,
    Does<"readShape", "compile.import.shapes", "shape=">, HelpText<
  "an input's extents, where dims have no name; ? leaves one as it is">;
def shape_joined : Rest<"--", "shape=", "INPUT=1x3x224x224">, Alias<shape>, Of<dims_topic, everywhere>;

def input : Rest<"--", "input=", "[NAME:]u8,…">, Of<written_topic, everywhere>,
    Does<"readImageInput", "compile.import.images", "">, HelpText<
  "the library takes an input's pixels as bytes, and computes (pixel - mean) * scale, in floats, as\n"
  "its first step: u8[,nhwc|nchw][,mean=X[,X…]][,scale=X[,X…]|,std=X[,X…]], one number for all\n"
  "channels or one a channel; scale is 1/std. nhwc, nchw: how the image lies; by default as in the\n"
  "model. NAME: may be left out if there is one input">;

//===- How it is compiled --------------------------------------------------------===//

def compiled_topic : Topic<"How it is compiled">;

def O : Rest<"-", "O", "0..3">, Of<compiled_topic, everywhere>,
    Does<"readLevel", "compile.pipeline.level">, HelpText<
  "0: as the model says; 1: basic (folding, fusion of epilogues); 2: extended; 3: all (default),\n"
  "the four levels of ONNX Runtime. Kernels are compiled with the host's -O3 from -O1 on">;
def march : Rest<"-", "march=", "TARGET,TARGET…">, Of<compiled_topic, everywhere>,
    Does<"readTargets", "compile.features">, HelpText<
  "targets of one architecture (--print-targets lists them), or native; with several, the\n"
  "library picks the best one at run time. Default: x86-64,x86-64-v3,x86-64-v4; for verify and\n"
  "bench, which run what they compile: native">;
def target : Rest<"--", "target=", "TARGET">, Of<compiled_topic, everywhere>,
    Does<"readTarget", "compile.features">, HelpText<
  "an architecture's default targets (x86-64), one target, or generic: portable scalar C++">;
def requant : Rest<"--", "requant=", "HOW">, Of<compiled_topic, everywhere>,
    Does<"readRequantization", "compile.pipeline.fixedRequantization">, HelpText<
  "how sums of quantised products become codes. exact: as a product of floats, rounded half to\n"
  "even, on every target, by integers where these are proven to give the same (default); fixed: by\n"
  "a multiply of integers everywhere, of which --opt-report says how many sums get another code">;
def g : Word<"-", "g">, Of<compiled_topic, everywhere>,
    Does<"set", "compile.toolchain.debug">, HelpText<
  "debug information for the emitted sources">;
def profile : Word<"--", "profile">, Of<compiled_topic, everywhere>,
    Does<"set", "compile.emit.profile">, HelpText<
  "tell env->profile when each launch begins and ends; the table then names the launches">;
def sanitize : Word<"--", "sanitize">, Of<compiled_topic, everywhere>,
    Does<"set", "compile.sanitize">, HelpText<
  "instrument the emitted code for the address and undefined behaviour sanitizers: a launch may\n"
  "touch its operands and nothing else of the arena. An application links with\n"
  "-fsanitize=address,undefined; verify runs it">;
def cxx : Rest<"--", "cxx=", "PROGRAM">, Of<compiled_topic, everywhere>,
    Does<"readText", "compile.toolchain.cxx">, HelpText<
  "the compiler of the emitted code, a g++ or a clang++: it is asked what it is; default: g++, or a\n"
  "cross compiler for targets of another machine">;
def cxxflags : Rest<"--", "cxxflags=", "FLAGS">, Of<compiled_topic, everywhere>,
    Does<"addWords", "compile.toolchain.cxxFlags", "">, HelpText<
  "further flags for it, separated by blanks">;
def ffp_contract : Rest<"-", "ffp-contract=", "off|fast">, Of<compiled_topic, everywhere>,
    Does<"readContraction", "compile.toolchain.cxxFlags">, HelpText<
  "whether the runtime's multiply-adds round once where the processor can (default fast)">;
def sysroot : Rest<"--", "sysroot=", "FOLDER">, Of<compiled_topic, everywhere>,
    Does<"readText", "compile.toolchain.sysroot">, HelpText<
  "the host compiler's --sysroot">;

//===- What is said on the way ---------------------------------------------------===//

def said_topic : Topic<"What is said on the way">;

def v : Word<"-", "v">, Of<said_topic, commands>,
    Does<"set", "compile.verbose">, HelpText<
  "commands, and time and memory of each phase">;
def dry_run : Word<"-", "###">, Of<said_topic, commands>,
    Does<"set", "compile.toolchain.dryRun">, HelpText<
  "print the host compiler's commands, run nothing">;
def w : Word<"-", "w">, Of<said_topic, everywhere>,
    Does<"set", "compile.warnings.noWarnings">, HelpText<
  "no warnings">;
def Werror : Word<"-", "Werror">, Of<said_topic, everywhere>,
    Does<"set", "compile.warnings.warningsAreErrors">, HelpText<
  "warnings are errors">;
def print_after : Rest<"--", "print-after=", "PASS">, Of<said_topic, commands>,
    Does<"addText", "compile.pipeline.printAfter", "">, HelpText<
  "print the IR after a pass (its flag in onnxcc-opt), to stderr">;
def opt_report : Rest<"--", "opt-report=", "FILE|text">, Of<said_topic, [CompileVis]>,
    Does<"readReport", "", "optReport">, HelpText<
  "what the optimiser did: operators by phase, fusions made and refused with the reasons,\n"
  "and what each launch costs; JSON in a file (- is stdout), or text to read on stdout">;
def print_passes : Word<"--", "print-passes">, Of<said_topic, commands>,
    Does<"set<Options::Command::Passes>", "command", "">, HelpText<
  "the passes of each -O level, as a table in Markdown">;
def print_targets : Word<"--", "print-targets">, Of<said_topic, commands>,
    Does<"set<Options::Command::Targets>", "command", "">, HelpText<
  "what can be compiled for, as a table in Markdown">;
def verify_each : Word<"--", "verify-each">, Of<said_topic, everywhere>,
    Does<"set", "compile.pipeline.verifyEach">, HelpText<
  "verify the IR after every pass, and that g++ takes no more stack than sources say">;
def save_temps : Word<"--", "save-temps">, Of<said_topic, commands>,
    Does<"set", "saveTemps">, HelpText<
  "keep the folder of intermediate files and say where it lies">;
def help : Word<"--", "help">, Of<said_topic, commands>,
    Does<"set<Options::Command::Help>", "command", "">, HelpText<
  "this text">;
def version : Word<"--", "version">, Of<said_topic, commands>,
    Does<"set<Options::Command::Version>", "command", "">, HelpText<
  "the version">;

//===- onnxcc verify, bench and quantize -----------------------------------------===//

def checking_topic : Topic<"onnxcc verify, onnxcc bench and onnxcc quantize">;

def data : Rest<"--", "data=", "FOLDER">, Of<checking_topic, running>,
    Does<"addText", "verify.data", "">, HelpText<
  "input_0.pb, … and output_0.pb, … (or .npy); verify takes several. Open dims are pinned\n"
  "from the data. Without it: seeded random inputs. quantize, which needs data, takes more forms:\n"
  "a folder of such folders, of .npy, .pb, .png or .jpg files, or of a folder of these a class; a\n"
  ".npy whose first axis counts samples">;
def seed : Rest<"--", "seed=", "N">, Of<checking_topic, [VerifyVis, BenchVis]>,
    Does<"readNumber<0>", "verify.seed">, HelpText<
  "of the random inputs (default 0)">;
def threads : Rest<"--", "threads=", "N,N…">, Of<checking_topic, running>,
    Does<"readThreads", "verify.threads">, HelpText<
  "run on this many threads, one after the other, of the bundled pool (default 1: no pool)">;

//===- onnxcc verify -------------------------------------------------------------===//

def verifying_topic : Topic<"onnxcc verify">;

def reference : Rest<"--", "reference=", "FROM">, Of<verifying_topic, [VerifyVis]>,
    Does<"readReference", "verify.reference">, HelpText<
  "the expected outputs: stored (output_N.pb), ort (ONNX Runtime, when Python has it), eval (the\n"
  "reference evaluation of graph's ops), none, auto (default): the first of these that there is">;
def evaluate : Word<"--", "evaluate">, Of<verifying_topic, [VerifyVis]>,
    Does<"set", "verify.evaluate">, HelpText<
  "run the reference evaluation in place of compiled code: is the model understood?">;
def save : Rest<"--", "save=", "FOLDER">, Of<verifying_topic, [VerifyVis]>,
    Does<"readText", "verify.save">, HelpText<
  "write the outputs, as output_0.npy, …; of data set K into FOLDER/K">;
def sets : Rest<"--", "sets=", "N">, Of<verifying_topic, [VerifyVis]>,
    Does<"readNumber<1>", "verify.sets">, HelpText<
  "how many sets of random inputs (default 1)">;
def rtol : Rest<"--", "rtol=", "X">, Of<verifying_topic, [VerifyVis]>,
    Does<"readTolerance", "verify.relative">, HelpText<
  "relative tolerance; default by element type: 1e-3 for float, 1e-2 for half">;
def atol : Rest<"--", "atol=", "X">, Of<verifying_topic, [VerifyVis]>,
    Does<"readTolerance", "verify.absolute">, HelpText<
  "absolute tolerance; default 1e-4 for float, 1e-3 for half, 1 step for 8-bit integers">;
def library : Rest<"--", "library=", "FILE.so">, Of<verifying_topic, [VerifyVis]>,
    Does<"readText", "verify.library">, HelpText<
  "run this compiled model (libNAME.so) instead of compiling one; data then need no pinning">;
def runner : Rest<"--", "runner=", "COMMAND">, Of<verifying_topic, [VerifyVis]>,
    Does<"readText", "verify.runner">, HelpText<
  "run the compiled model as a program of its own, by this command; default: an emulator, where\n"
  "the targets are another machine's">;
def python : Rest<"--", "python=", "PROGRAM">, Of<verifying_topic, [VerifyVis]>,
    Does<"readText", "verify.python">, HelpText<
  "the Python that has onnxruntime (default python3)">;
def reference_model : Rest<"--", "reference-model=", "FILE">, Of<verifying_topic, [VerifyVis]>,
    Does<"readText", "verify.referenceModel">, HelpText<
  "the model that the reference runs, with the same inputs and names of values: the one from\n"
  "which this one was made, say">;
def bisect : Word<"--", "bisect">, Of<verifying_topic, [VerifyVis]>,
    Does<"set", "verify.bisect">, HelpText<
  "if outputs differ, name the first node whose output does, and keep it as a model with its\n"
  "data in NAME-bisect/">;
def bisect_in : Rest<"--", "bisect=", "FOLDER">, Of<verifying_topic, [VerifyVis]>,
    Does<"readBisect", "verify", "bisectFolder">, HelpText<
  "the same, in another folder">;

//===- onnxcc bench --------------------------------------------------------------===//

def benching_topic : Topic<"onnxcc bench">;

def runs : Rest<"--", "runs=", "N">, Of<benching_topic, [BenchVis]>,
    Does<"readNumber<1>", "bench.runs">, HelpText<
  "timed calls; default: as many as a second takes, at least 20">;
def warmup : Rest<"--", "warmup=", "N">, Of<benching_topic, [BenchVis]>,
    Does<"readNumber<0>", "bench.warmup">, HelpText<
  "calls before them; default: for a fifth of a second, at least 3">;
def json : Rest<"--", "json=", "FILE">, Of<benching_topic, [BenchVis]>,
    Does<"readText", "bench.json">, HelpText<
  "the report as JSON">;
def trace : Rest<"--", "trace=", "FILE">, Of<benching_topic, [BenchVis]>,
    Does<"readText", "bench.trace">, HelpText<
  "the launches of one call as a Chrome trace (chrome://tracing, ui.perfetto.dev)">;

//===- onnxcc quantize -----------------------------------------------------------===//

def quantizing_topic : Topic<"onnxcc quantize">;

def ranges : Rest<"--", "ranges=", "METHOD">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"readRanges", "quantize.ranges.method">, HelpText<
  "how the data make the ranges of values: minmax (default), moving-average, percentile, entropy,\n"
  "mse">;
def percentile : Rest<"--", "percentile=", "P">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"readPercentile", "quantize.ranges.percentile">, HelpText<
  "how many percent of the values --ranges=percentile covers (default 99.99)">;
def activations : Rest<"--", "activations=", "TYPE">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"readActivations", "quantize.activations">, HelpText<
  "what computed values become: uint8, with a zero point (default), or int8, around zero. Weights\n"
  "are int8 around zero, with a scale an output channel, biases int32">;
def weight_only : Rest<"--", "weight-only=", "KIND">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"readWeightOnly", "quantize.weights.kind">, HelpText<
  "quantise the weights of MatMul, Gemm and Gather alone, which takes no data: int4_sym, around\n"
  "zero; int4_asym, with zero points; int8">;
def group : Rest<"--", "group=", "N">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"readNumber<0>", "quantize.weights.group">, HelpText<
  "how many weights along the depth share a scale (default 128; 0: all of a column)">;
def ratio : Rest<"--", "ratio=", "R">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"readRatio", "quantize.weights.ratio">, HelpText<
  "the share of the weights that have 4 bits, those that lose least; the others have 8 (default 1)">;
def format : Rest<"--", "format=", "FORMAT">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"readWeightFormat", "quantize.weights.isPacked">, HelpText<
  "how the model has such weights: qdq, standard DequantizeLinear (default), or matmulnbits, ONNX\n"
  "Runtime's MatMulNBits and GatherBlockQuantized">;
def exclude : Rest<"--", "exclude=", "NODE,NODE…">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"addNames", "quantize.exclude", "">, HelpText<
  "nodes that stay in float, by their names or their outputs'">;
def op_types : Rest<"--", "op-types=", "OP,OP…">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"addNames", "quantize.opTypes", "">, HelpText<
  "quantise these operators only, and what moves their values: Conv,Gemm">;
def equalize : Word<"--", "equalize">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"set", "quantize.equalize">, HelpText<
  "scale channels between two products, in their weights, so that they share a range well">;
def correct_bias : Word<"--", "correct-bias">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"set", "quantize.correctBias">, HelpText<
  "measure how far quantisation moves each product's output on average, and take it from its bias">;
def labels : Rest<"--", "labels=", "FILE">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"readText", "quantize.labels">, HelpText<
  "the samples' classes: a line a sample, with its name and a number, or a .npy of integers;\n"
  "otherwise folders of samples are classes">;
def mean : Rest<"--", "mean=", "X,X…">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"readNumbers", "quantize.images.mean">, HelpText<
  "images become (pixel - mean) * scale, with pixels from 0 to 255; one number for all channels or\n"
  "one each (default 0)">;
def scale : Rest<"--", "scale=", "X,X…">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"readNumbers", "quantize.images.scale">, HelpText<
  "the factors of images (default 1)">;
def layout : Rest<"--", "layout=", "nchw|nhwc">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"readLayout", "quantize.images.layout">, HelpText<
  "where an image's channels are in the input; default: where its extents have 1 or 3">;
def max_drop : Rest<"--", "max-drop=", "X">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"readTolerance", "quantize.maxDrop">, HelpText<
  "leave as few layers in float as the metric then wants: at most X points of top-1 lost, X percent\n"
  "of noise (sqnr: 1 is 40 dB), or X less than 1 of cosine, on the data">;
def metric : Rest<"--", "metric=", "METRIC">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"readMetric", "quantize.metric">, HelpText<
  "top1, which needs classes (default with these), sqnr (default without), cosine: against the\n"
  "outputs in float, of the output that suffers most">;
def report : Rest<"--", "report=", "FILE|text">, Of<quantizing_topic, [QuantizeVis]>,
    Does<"addReport", "quantize.reports", "">, HelpText<
  "what became of each layer: range, share of clipped values, SQNR, weights; text on stdout, JSON in\n"
  "a file .json, a page with charts in a file .html. May be given several times">;
