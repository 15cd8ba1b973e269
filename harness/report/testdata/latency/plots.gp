# latency/questions.svg
set terminal svg size 960,270 fixed noenhanced font 'sans-serif,13' background '#ffffff'
set encoding utf8
set micro
set border 3 lc rgb '#404040'
set tics nomirror
set grid x y lt 1 lw 0.5 lc rgb '#dddddd'
set title 'Questions about the engine: how long a call takes'
set logscale x
set xrange [1.43757e-05:0.0237795]
set format x '%.0s %cs'
set xlabel 'Time of one call (logarithmic). Box: the middle half of the calls, bar in it: the median, line: from 1 % to 99 %'
set mxtics 10
set xtics autofreq
set ytics ('ping' 0, 'version' 1, 'info' 2) scale 0
set yrange [2.5:-0.5]
unset grid
set grid x lt 1 lw 0.5 lc rgb '#dddddd'
set arrow from graph 0, first 0.5 to graph 1, first 0.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set arrow from graph 0, first 1.5 to graph 1, first 1.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set key outside above center horizontal reverse Left samplen 2
$boxes0 << EOD
-0.2000 0.1680 0.000025716 0.000032361 0.000035231 0.000038558 0.000057280
0.8000 0.1680 0.000138986 0.000165693 0.000180649 0.000199967 0.000322198
1.8000 0.1680 0.001969196 0.002345585 0.002563867 0.002841765 0.004018167
EOD
$boxes1 << EOD
0.2000 0.1680 0.000048389 0.000061080 0.000066804 0.000073621 0.000107691
1.2000 0.1680 0.000129720 0.000162857 0.000179026 0.000198527 0.000299181
2.2000 0.1680 0.007790537 0.009561683 0.010336314 0.011625353 0.016985380
EOD
$floors << EOD
-0.2000 0.1680 0.000020126
0.8000 0.1680 0.000022139
1.8000 0.1680 0.000025158
0.2000 0.1680 0.000020126
1.2000 0.1680 0.000022139
2.2000 0.1680 0.000025158
EOD
plot $boxes0 using 3:1:($7-$3):(0) with vectors nohead lw 1.5 lc rgb '#0072B2' notitle, \
     $boxes0 using 5:1:4:6:($1-$2):($1+$2) with boxxyerror fs transparent solid 0.4 border lc rgb '#0072B2' fc rgb '#0072B2' title 'docker-20.10', \
     $boxes0 using 5:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#0072B2' notitle, \
     $boxes1 using 3:1:($7-$3):(0) with vectors nohead lw 1.5 lc rgb '#D55E00' notitle, \
     $boxes1 using 5:1:4:6:($1-$2):($1+$2) with boxxyerror fs transparent solid 0.4 border lc rgb '#D55E00' fc rgb '#D55E00' title 'podman-4.3', \
     $boxes1 using 5:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#D55E00' notitle, \
     $floors using 3:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#707070' title 'the harness''s own floor (median)'

# latency/life.svg
set terminal svg size 960,310 fixed noenhanced font 'sans-serif,13' background '#ffffff'
set encoding utf8
set micro
set border 3 lc rgb '#404040'
set tics nomirror
set grid x y lt 1 lw 0.5 lc rgb '#dddddd'
set title 'The life of a container: how long a call takes'
set logscale x
set xrange [1.72507e-05:0.482036]
set format x '%.0s %cs'
set xlabel 'Time of one call (logarithmic). Box: the middle half of the calls, bar in it: the median, line: from 1 % to 99 %'
set mxtics 10
set xtics autofreq
set ytics ('create' 0, 'start' 1, 'wait delay' 2, 'remove' 3) scale 0
set yrange [3.5:-0.5]
unset grid
set grid x lt 1 lw 0.5 lc rgb '#dddddd'
set arrow from graph 0, first 0.5 to graph 1, first 0.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set arrow from graph 0, first 1.5 to graph 1, first 1.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set arrow from graph 0, first 2.5 to graph 1, first 2.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set key outside above center horizontal reverse Left samplen 2
$boxes0 << EOD
-0.2000 0.1680 0.010916925 0.012703076 0.014225458 0.015653874 0.023520321
0.8000 0.1680 0.149292814 0.191298675 0.205732568 0.221749172 0.344311533
1.8000 0.1680 0.007166781 0.008434000 0.009009257 0.009661502 0.014024407
2.8000 0.1680 0.008168898 0.010243349 0.010764285 0.011970851 0.018439830
EOD
$boxes1 << EOD
0.2000 0.1680 0.021800792 0.027398321 0.029511124 0.031802271 0.044036442
1.2000 0.1680 0.106696169 0.146973481 0.160993294 0.182438942 0.236774851
2.2000 0.1680 0.079710573 0.098799979 0.111141344 0.117589989 0.163434103
3.2000 0.1680 0.008995919 0.010321052 0.011943512 0.012836679 0.018474921
EOD
$floors << EOD
-0.2000 0.1680 0.000024151
0.8000 0.1680 0.000024151
2.8000 0.1680 0.000024151
0.2000 0.1680 0.000024151
1.2000 0.1680 0.000024151
3.2000 0.1680 0.000024151
EOD
plot $boxes0 using 3:1:($7-$3):(0) with vectors nohead lw 1.5 lc rgb '#0072B2' notitle, \
     $boxes0 using 5:1:4:6:($1-$2):($1+$2) with boxxyerror fs transparent solid 0.4 border lc rgb '#0072B2' fc rgb '#0072B2' title 'docker-20.10', \
     $boxes0 using 5:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#0072B2' notitle, \
     $boxes1 using 3:1:($7-$3):(0) with vectors nohead lw 1.5 lc rgb '#D55E00' notitle, \
     $boxes1 using 5:1:4:6:($1-$2):($1+$2) with boxxyerror fs transparent solid 0.4 border lc rgb '#D55E00' fc rgb '#D55E00' title 'podman-4.3', \
     $boxes1 using 5:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#D55E00' notitle, \
     $floors using 3:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#707070' title 'the harness''s own floor (median)'

# latency/streams.svg
set terminal svg size 960,210 fixed noenhanced font 'sans-serif,13' background '#ffffff'
set encoding utf8
set micro
set border 3 lc rgb '#404040'
set tics nomirror
set grid x y lt 1 lw 0.5 lc rgb '#dddddd'
set title 'Streams: exec, attach, logs, events: how long a call takes'
set logscale x
set xrange [0.0150949:0.214243]
set format x '%.0s %cs'
set xlabel 'Time of one call (logarithmic). Box: the middle half of the calls, bar in it: the median, line: from 1 % to 99 %'
set mxtics 10
set xtics (0.02, 0.05, 0.1, 0.2)
set ytics ('attach 64 MiB' 0) scale 0
set yrange [0.5:-0.5]
unset grid
set grid x lt 1 lw 0.5 lc rgb '#dddddd'
set key outside above center horizontal reverse Left samplen 2
$boxes0 << EOD
-0.2000 0.1680 0.072929199 0.077847960 0.086271867 0.090517783 0.113069720
EOD
$boxes1 << EOD
0.2000 0.1680 0.095856251 0.111773413 0.129411036 0.135373936 0.153030804
EOD
$floors << EOD
-0.2000 0.1680 0.021132919
0.2000 0.1680 0.021132919
EOD
plot $boxes0 using 3:1:($7-$3):(0) with vectors nohead lw 1.5 lc rgb '#0072B2' notitle, \
     $boxes0 using 5:1:4:6:($1-$2):($1+$2) with boxxyerror fs transparent solid 0.4 border lc rgb '#0072B2' fc rgb '#0072B2' title 'docker-20.10', \
     $boxes0 using 5:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#0072B2' notitle, \
     $boxes1 using 3:1:($7-$3):(0) with vectors nohead lw 1.5 lc rgb '#D55E00' notitle, \
     $boxes1 using 5:1:4:6:($1-$2):($1+$2) with boxxyerror fs transparent solid 0.4 border lc rgb '#D55E00' fc rgb '#D55E00' title 'podman-4.3', \
     $boxes1 using 5:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#D55E00' notitle, \
     $floors using 3:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#707070' title 'the harness''s own floor (median)'

# latency/networks-and-volumes.svg
set terminal svg size 960,210 fixed noenhanced font 'sans-serif,13' background '#ffffff'
set encoding utf8
set micro
set border 3 lc rgb '#404040'
set tics nomirror
set grid x y lt 1 lw 0.5 lc rgb '#dddddd'
set title 'Networks and volumes: how long a call takes'
set logscale x
set xrange [1.58136e-05:0.000914102]
set format x '%.0s %cs'
set xlabel 'Time of one call (logarithmic). Box: the middle half of the calls, bar in it: the median, line: from 1 % to 99 %'
set mxtics 10
set xtics (2e-05, 5e-05, 0.0001, 0.0002, 0.0005)
set ytics ('volume create' 0) scale 0
set yrange [0.5:-0.5]
unset grid
set grid x lt 1 lw 0.5 lc rgb '#dddddd'
set key outside above center horizontal reverse Left samplen 2
$boxes0 << EOD
-0.2000 0.1680 0.000300533 0.000367153 0.000400359 0.000435161 0.000652930
EOD
$boxes1 << EOD
0.2000 0.1680 0.000138680 0.000177378 0.000195482 0.000214887 0.000329689
EOD
$floors << EOD
-0.2000 0.1680 0.000022139
0.2000 0.1680 0.000022139
EOD
plot $boxes0 using 3:1:($7-$3):(0) with vectors nohead lw 1.5 lc rgb '#0072B2' notitle, \
     $boxes0 using 5:1:4:6:($1-$2):($1+$2) with boxxyerror fs transparent solid 0.4 border lc rgb '#0072B2' fc rgb '#0072B2' title 'docker-20.10', \
     $boxes0 using 5:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#0072B2' notitle, \
     $boxes1 using 3:1:($7-$3):(0) with vectors nohead lw 1.5 lc rgb '#D55E00' notitle, \
     $boxes1 using 5:1:4:6:($1-$2):($1+$2) with boxxyerror fs transparent solid 0.4 border lc rgb '#D55E00' fc rgb '#D55E00' title 'podman-4.3', \
     $boxes1 using 5:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#D55E00' notitle, \
     $floors using 3:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#707070' title 'the harness''s own floor (median)'

# latency/lists.svg
set terminal svg size 960,630 fixed noenhanced font 'sans-serif,13' background '#ffffff'
set encoding utf8
set micro
set border 3 lc rgb '#404040'
set tics nomirror
set grid x y lt 1 lw 0.5 lc rgb '#dddddd'
set title 'Lists of containers: how long a call takes'
set logscale x
set xrange [1.797e-05:0.471397]
set format x '%.0s %cs'
set xlabel 'Time of one call (logarithmic). Box: the middle half of the calls, bar in it: the median, line: from 1 % to 99 %'
set mxtics 10
set xtics autofreq
set ytics ('list containers=0' 0, 'list containers=10' 1, 'list containers=100' 2, 'list containers=1000' 3, 'list size=1 containers=0' 4, 'list size=1 containers=10' 5, 'list size=1 containers=100' 6, 'list size=1 containers=1000' 7, 'list filters containers=0' 8, 'list filters containers=10' 9, 'list filters containers=100' 10, 'list filters containers=1000' 11) scale 0
set yrange [11.5:-0.5]
unset grid
set grid x lt 1 lw 0.5 lc rgb '#dddddd'
set arrow from graph 0, first 0.5 to graph 1, first 0.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set arrow from graph 0, first 1.5 to graph 1, first 1.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set arrow from graph 0, first 2.5 to graph 1, first 2.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set arrow from graph 0, first 3.5 to graph 1, first 3.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set arrow from graph 0, first 4.5 to graph 1, first 4.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set arrow from graph 0, first 5.5 to graph 1, first 5.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set arrow from graph 0, first 6.5 to graph 1, first 6.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set arrow from graph 0, first 7.5 to graph 1, first 7.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set arrow from graph 0, first 8.5 to graph 1, first 8.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set arrow from graph 0, first 9.5 to graph 1, first 9.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set arrow from graph 0, first 10.5 to graph 1, first 10.5 nohead lw 0.5 lc rgb '#bbbbbb' back
set key outside above center horizontal reverse Left samplen 2
$boxes0 << EOD
-0.2000 0.1680 0.000226465 0.000278172 0.000295761 0.000333014 0.000519693
0.8000 0.1680 0.000285372 0.000351473 0.000391232 0.000435526 0.000641724
1.8000 0.1680 0.000881750 0.001197589 0.001239312 0.001335594 0.001845475
2.8000 0.1680 0.007943702 0.008723720 0.009430560 0.010473219 0.013172797
3.8000 0.1680 0.000235100 0.000283287 0.000317137 0.000351002 0.000532282
4.8000 0.1680 0.001324554 0.001756426 0.001995162 0.002188025 0.003442944
5.8000 0.1680 0.013064287 0.014963027 0.016617781 0.018119211 0.025853899
6.8000 0.1680 0.122535635 0.147742734 0.163482267 0.177882976 0.229039747
7.8000 0.1680 0.000222541 0.000255500 0.000284503 0.000322325 0.000488695
8.8000 0.1680 0.000219978 0.000262857 0.000294001 0.000329578 0.000428874
9.8000 0.1680 0.000212712 0.000281222 0.000305805 0.000324522 0.000400749
10.8000 0.1680 0.000226899 0.000287159 0.000314888 0.000349047 0.000575668
EOD
$boxes1 << EOD
0.2000 0.1680 0.000319630 0.000402282 0.000436376 0.000507653 0.000756367
1.2000 0.1680 0.000429048 0.000518567 0.000579445 0.000635085 0.000904425
2.2000 0.1680 0.001410076 0.001560985 0.001786338 0.001919941 0.002979370
3.2000 0.1680 0.010175757 0.012293375 0.013569905 0.015348043 0.017023742
4.2000 0.1680 0.000339516 0.000439970 0.000485273 0.000526793 0.000719319
5.2000 0.1680 0.002115502 0.002619856 0.002871293 0.003209621 0.004425513
6.2000 0.1680 0.018604355 0.021618729 0.022561065 0.025893818 0.037305445
7.2000 0.1680 0.197863338 0.219142871 0.233658310 0.258688861 0.336712308
8.2000 0.1680 0.000350802 0.000403810 0.000446550 0.000485920 0.000698350
9.2000 0.1680 0.000317384 0.000391060 0.000430156 0.000463465 0.000742671
10.2000 0.1680 0.000318342 0.000400333 0.000445915 0.000517376 0.000908794
11.2000 0.1680 0.000325062 0.000437373 0.000460006 0.000497503 0.000689758
EOD
$floors << EOD
-0.2000 0.1680 0.000025158
0.8000 0.1680 0.000025158
1.8000 0.1680 0.000025158
2.8000 0.1680 0.000025158
3.8000 0.1680 0.000025158
4.8000 0.1680 0.000025158
5.8000 0.1680 0.000025158
6.8000 0.1680 0.000025158
7.8000 0.1680 0.000025158
8.8000 0.1680 0.000025158
9.8000 0.1680 0.000025158
10.8000 0.1680 0.000025158
0.2000 0.1680 0.000025158
1.2000 0.1680 0.000025158
2.2000 0.1680 0.000025158
3.2000 0.1680 0.000025158
4.2000 0.1680 0.000025158
5.2000 0.1680 0.000025158
6.2000 0.1680 0.000025158
7.2000 0.1680 0.000025158
8.2000 0.1680 0.000025158
9.2000 0.1680 0.000025158
10.2000 0.1680 0.000025158
11.2000 0.1680 0.000025158
EOD
plot $boxes0 using 3:1:($7-$3):(0) with vectors nohead lw 1.5 lc rgb '#0072B2' notitle, \
     $boxes0 using 5:1:4:6:($1-$2):($1+$2) with boxxyerror fs transparent solid 0.4 border lc rgb '#0072B2' fc rgb '#0072B2' title 'docker-20.10', \
     $boxes0 using 5:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#0072B2' notitle, \
     $boxes1 using 3:1:($7-$3):(0) with vectors nohead lw 1.5 lc rgb '#D55E00' notitle, \
     $boxes1 using 5:1:4:6:($1-$2):($1+$2) with boxxyerror fs transparent solid 0.4 border lc rgb '#D55E00' fc rgb '#D55E00' title 'podman-4.3', \
     $boxes1 using 5:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#D55E00' notitle, \
     $floors using 3:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#707070' title 'the harness''s own floor (median)'

# latency/other.svg
set terminal svg size 960,210 fixed noenhanced font 'sans-serif,13' background '#ffffff'
set encoding utf8
set micro
set border 3 lc rgb '#404040'
set tics nomirror
set grid x y lt 1 lw 0.5 lc rgb '#dddddd'
set title 'Other operations: how long a call takes'
set logscale x
set xrange [0.000235576:0.00115026]
set format x '%.0s %cs'
set xlabel 'Time of one call (logarithmic). Box: the middle half of the calls, bar in it: the median, line: from 1 % to 99 %'
set mxtics 10
set xtics (0.0005, 0.001)
set ytics ('invented' 0) scale 0
set yrange [0.5:-0.5]
unset grid
set grid x lt 1 lw 0.5 lc rgb '#dddddd'
set key outside above center horizontal reverse Left samplen 2
$boxes0 << EOD
-0.2000 0.1680 0.000360626 0.000466696 0.000504346 0.000556767 0.000771228
EOD
$boxes1 << EOD
0.2000 0.1680 0.000329807 0.000465536 0.000503167 0.000586566 0.000821614
EOD
plot $boxes0 using 3:1:($7-$3):(0) with vectors nohead lw 1.5 lc rgb '#0072B2' notitle, \
     $boxes0 using 5:1:4:6:($1-$2):($1+$2) with boxxyerror fs transparent solid 0.4 border lc rgb '#0072B2' fc rgb '#0072B2' title 'docker-20.10', \
     $boxes0 using 5:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#0072B2' notitle, \
     $boxes1 using 3:1:($7-$3):(0) with vectors nohead lw 1.5 lc rgb '#D55E00' notitle, \
     $boxes1 using 5:1:4:6:($1-$2):($1+$2) with boxxyerror fs transparent solid 0.4 border lc rgb '#D55E00' fc rgb '#D55E00' title 'podman-4.3', \
     $boxes1 using 5:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '#D55E00' notitle

# latency/growth.svg
set terminal svg size 960,740 fixed noenhanced font 'sans-serif,13' background '#ffffff'
set encoding utf8
set micro
set border 3 lc rgb '#404040'
set tics nomirror
set grid x y lt 1 lw 0.5 lc rgb '#dddddd'
set logscale x
set xrange [0.714286:1400]
set xtics ('0' 1, '10' 10, '100' 100, '1000' 1000)
set xlabel 'Containers that the engine has (logarithmic, but for 0)'
set logscale y
set yrange [0.000171535:0.40936]
set format y '%.0s %cs'
set ylabel 'Median, with 10 % to 90 % (logarithmic)'
set mytics 10
set ytics autofreq
set key outside above center horizontal reverse Left samplen 2
$curve0 << EOD
1 0.000295761 0.000250643 0.000366894
10 0.000391232 0.000314226 0.000503100
100 0.001239312 0.001045150 0.001490024
1000 0.009430560 0.008043622 0.011461716
EOD
$curve1 << EOD
1 0.000436376 0.000362939 0.000572069
10 0.000579445 0.000485400 0.000706256
100 0.001786338 0.001471489 0.002253018
1000 0.013569905 0.011067858 0.016523971
EOD
$curve2 << EOD
1 0.000317137 0.000269701 0.000389089
10 0.001995162 0.001642886 0.002297870
100 0.016617781 0.013565253 0.020142497
1000 0.163482267 0.137818544 0.187872798
EOD
$curve3 << EOD
1 0.000485273 0.000411850 0.000599528
10 0.002871293 0.002496030 0.003486904
100 0.022561065 0.020375480 0.029456433
1000 0.233658310 0.206619948 0.292400147
EOD
$curve4 << EOD
1 0.000284503 0.000240149 0.000354240
10 0.000294001 0.000247354 0.000356902
100 0.000305805 0.000269907 0.000345097
1000 0.000314888 0.000255532 0.000372115
EOD
$curve5 << EOD
1 0.000446550 0.000369671 0.000538138
10 0.000430156 0.000354964 0.000527811
100 0.000445915 0.000370732 0.000541365
1000 0.000460006 0.000409722 0.000560563
EOD
set multiplot layout 2,2
set title 'list'
plot $curve0 using 1:2:3:4 with yerrorlines lw 2 pt 5 ps 0.6 lc rgb '#0072B2' title 'docker-20.10', \
     $curve1 using 1:2:3:4 with yerrorlines lw 2 pt 7 ps 0.6 lc rgb '#D55E00' title 'podman-4.3'
set title 'list size=1'
plot $curve2 using 1:2:3:4 with yerrorlines lw 2 pt 5 ps 0.6 lc rgb '#0072B2' title 'docker-20.10', \
     $curve3 using 1:2:3:4 with yerrorlines lw 2 pt 7 ps 0.6 lc rgb '#D55E00' title 'podman-4.3'
set title 'list filters'
plot $curve4 using 1:2:3:4 with yerrorlines lw 2 pt 5 ps 0.6 lc rgb '#0072B2' title 'docker-20.10', \
     $curve5 using 1:2:3:4 with yerrorlines lw 2 pt 7 ps 0.6 lc rgb '#D55E00' title 'podman-4.3'
unset multiplot

# latency/saturation.svg
set terminal svg size 960,370 fixed noenhanced font 'sans-serif,13' background '#ffffff'
set encoding utf8
set micro
set border 3 lc rgb '#404040'
set tics nomirror
set grid x y lt 1 lw 0.5 lc rgb '#dddddd'
set logscale x
set xrange [357.143:22400]
set xtics (500, 1000, 2000, 5000, 10000, 20000)
set format x '%.0s%c'
set xlabel 'Calls a second, asked for (logarithmic)'
set logscale y
set yrange [0.000221991:0.2016]
set format y '%.0s %cs'
set ylabel 'p99 (logarithmic)'
set mytics 10
set ytics autofreq
set key outside above center horizontal reverse Left samplen 2
$steps0 << EOD
500 0.000310788
1000 0.000322729
2000 0.000349592
4000 0.000419412
8000 0.000698370
10000 0.001046337
12000 0.002085402
16000 0.102857142
EOD
$steps1 << EOD
500 0.000315457
1000 0.000332963
2000 0.000374531
4000 0.000499168
8000 0.001492537
10000 0.090000000
12000 0.108000000
16000 0.144000000
EOD
set multiplot layout 1,1
set title 'ping'
bound = 0.010000000
plot $steps0 using 1:2 with linespoints lw 2 pt 5 ps 0.6 lc rgb '#0072B2' title 'docker-20.10', \
     $steps1 using 1:2 with linespoints lw 2 pt 7 ps 0.6 lc rgb '#D55E00' title 'podman-4.3', \
     bound with lines dt 2 lw 1.5 lc rgb '#707070' title 'the bound'
unset multiplot

# latency/start.svg
set terminal svg size 960,262 fixed noenhanced font 'sans-serif,13' background '#ffffff'
set encoding utf8
set micro
set border 3 lc rgb '#404040'
set tics nomirror
set grid x y lt 1 lw 0.5 lc rgb '#dddddd'
set title 'Where the time of a start goes (medians)'
set xlabel 'Milliseconds after the request began'
set xrange [0:268.682669]
set yrange [1.5:-0.5]
set ytics ('docker-20.10' 0, 'podman-4.3' 1) scale 0
unset grid
set grid x lt 1 lw 0.5 lc rgb '#dddddd'
set key outside above center horizontal reverse Left samplen 2
$part0 << EOD
0 0.000000 0.041600
1 0.000000 0.049920
EOD
$part1 << EOD
0 0.041600 0.067600
1 0.049920 0.081120
EOD
$part2 << EOD
1 0.081120 149.760000
EOD
$part3 << EOD
0 0.067600 197.600000
1 199.680000 237.120000
EOD
$part4 << EOD
0 197.600000 213.200000
1 149.760000 199.680000
EOD
$part5 << EOD
0 213.200000 217.360000
1 237.120000 260.832000
EOD
$part6 << EOD
0 217.360000 217.380800
1 260.832000 260.856960
EOD
plot $part0 using 3:1:2:3:($1-0.3):($1+0.3) with boxxyerror fs solid 1 border lc rgb '#ffffff' fc rgb '#0072B2' title 'until connected', \
     $part1 using 3:1:2:3:($1-0.3):($1+0.3) with boxxyerror fs solid 1 border lc rgb '#ffffff' fc rgb '#D55E00' title 'until request sent', \
     $part2 using 3:1:2:3:($1-0.3):($1+0.3) with boxxyerror fs solid 1 border lc rgb '#ffffff' fc rgb '#009E73' title 'until event "init"', \
     $part3 using 3:1:2:3:($1-0.3):($1+0.3) with boxxyerror fs solid 1 border lc rgb '#ffffff' fc rgb '#CC79A7' title 'until first instruction of the process', \
     $part4 using 3:1:2:3:($1-0.3):($1+0.3) with boxxyerror fs solid 1 border lc rgb '#ffffff' fc rgb '#E69F00' title 'until event "start"', \
     $part5 using 3:1:2:3:($1-0.3):($1+0.3) with boxxyerror fs solid 1 border lc rgb '#ffffff' fc rgb '#56B4E9' title 'until first byte of the answer', \
     $part6 using 3:1:2:3:($1-0.3):($1+0.3) with boxxyerror fs solid 1 border lc rgb '#ffffff' fc rgb '#000000' title 'until last byte of the answer'

